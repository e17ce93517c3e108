import type { Data } from 'apache-arrow';
import { viewNumbers } from '../../source/column/readNumbers.ts';
import { createScratch } from '../../source/column/scratch.ts';

/**
 * Columns that are kept, and the most rows of one: memory of the process, 4 MB at the most, that is never given back. It is owned by no run, since what
 * it holds is no state: a column that is not in it is read anew.
 */
const KEPT = 4;
const MOST_ROWS = 131_072;

const scratches = Array.from({ length: KEPT }, createScratch);
const recent: { readonly data: WeakRef<Data>; readonly numbers: Float64Array }[] = [];
let oldest = 0;

/**
 * A column as `viewNumbers` gives it; borrowed: valid until four others have been read. The split reads a column before derivations
 * do, and of one point in time many things are derived: it is read once.
 */
export function recentNumbers(data: Data): Float64Array {
  if (data.length > MOST_ROWS) return viewNumbers(data);
  for (const known of recent) if (known.data.deref() === data) return known.numbers;
  const numbers = viewNumbers(data, scratches[oldest](data.length));
  recent[oldest] = { data: new WeakRef(data), numbers };
  oldest = (oldest + 1) % KEPT;
  return numbers;
}
