import type { Data } from 'apache-arrow';
import { readNumbers } from './readNumbers.ts';
import { createScratch } from './scratch.ts';

const scratch = createScratch();
let last: { readonly data: WeakRef<Data>; readonly ms: Float64Array } | undefined;

/**
 * A column of points in time in milliseconds since 1970, NaN where it is null; borrowed: not to be changed, and valid until another column is
 * read. Of one column many things are derived, one after the other: it is read once.
 */
export function readTimes(data: Data): Float64Array {
  if (last?.data.deref() !== data) last = { data: new WeakRef(data), ms: readNumbers(data, scratch(data.length)) };
  return last.ms;
}
