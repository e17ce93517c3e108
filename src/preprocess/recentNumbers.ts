import type { Data } from 'apache-arrow';
import { viewNumbers } from './readNumbers.ts';
import { createScratch } from './scratch.ts';

/** Columns that are kept, and the most rows of one: memory that is never given back. */
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
