import type { RecordBatch } from 'apache-arrow';
import { type Bound, number } from '../options/bounds.ts';
import type { Batch } from '../source/types.ts';
import { createRowCodes } from './rowCodes.ts';
import type { SplitRule } from './types.ts';

/** How many of all rows are held out. */
export const heldOutShare: Bound<number> = { ...number({ least: 0, below: 1 }), expected: 'a share in [0, 1)' };

/** The rows of both sides of a record batch. */
export interface Sides {
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}

/** What was found out, and of what. */
interface Known extends Sides {
  /** What decides, as text. */
  readonly rule: string;
  /** Of which rows; of all when undefined. */
  readonly of: Uint32Array | undefined;
  /** Record batches in memory may be given twice, as rows of other places. */
  readonly origin: Batch['origin'];
}

/** What was found out for one side need not be for the other: both are often taken from the same record batch, with which it goes. */
const split = new WeakMap<RecordBatch, Known>();

/** Finds the sides of the selected rows. `look` is shown the codes of all rows, also where the sides are known. */
export type SplitSides = (batch: Batch, look?: (codes: Uint32Array) => void) => Sides;

/** @param by all columns of a record batch where it is undefined */
export function createSplitSides(
  rule: Omit<SplitRule, 'by'> & { readonly by: readonly string[] | undefined },
): SplitSides {
  const { validation, seed, by, repeats } = rule;
  const limit = validation * 2 ** 32;
  const text = JSON.stringify([by ?? null, seed, limit, repeats ?? null]);
  const codesOf = createRowCodes(rule);
  let [scratch, heldOutScratch] = [new Uint32Array(0), new Uint32Array(0)];
  return (batch, look) => {
    const { records, selected, origin } = batch;
    const known = split.get(records);
    if (!look && known?.rule === text && known.of === selected && (!repeats || known.origin === origin)) return known;
    const codes = codesOf(batch);
    look?.(codes);
    const count = selected ? selected.length : records.numRows;
    if (scratch.length < count) [scratch, heldOutScratch] = [new Uint32Array(count), new Uint32Array(count)];
    const length = deal(codes, limit, selected, count, scratch, heldOutScratch);
    const training = scratch.slice(0, length);
    const sides = { training, validation: heldOutScratch.slice(0, count - length) };
    split.set(records, { ...sides, rule: text, of: selected, origin });
    return sides;
  };
}

/** Deals rows to two sides, without a branch: on which side a row is cannot be guessed. @returns those of the training side */
function deal(
  codes: Uint32Array,
  limit: number,
  selected: Uint32Array | undefined,
  count: number,
  training: Uint32Array,
  validation: Uint32Array,
): number {
  let length = 0;
  for (let i = 0; i < count; i++) {
    const row = selected ? selected[i] : i;
    training[length] = row;
    validation[i - length] = row;
    length += codes[row] < limit ? 0 : 1;
  }
  return length;
}
