import type { RecordBatch } from 'apache-arrow';
import { defer, identity, map, type OperatorFunction } from 'rxjs';
import { mix32, randomSequence } from '../engine/random.ts';
import { OptionError } from '../errors.ts';
import type { Batch } from '../types.ts';
import { createRowHasher } from './rowHasher.ts';

export interface SplitOptions {
  /** The share of rows that are held out; in `[0, 1)`. */
  readonly validation: number;
  /** The run's seed; an integer. */
  readonly seed: number;
  /**
   * The columns whose values decide: rows that are equal in them are on the same side.
   * @default all columns of the record batch
   */
  readonly by?: readonly string[];
  /** The side whose rows are selected. */
  readonly side: 'training' | 'validation';
}

/** The rows of both sides of a record batch. */
interface Sides {
  /** What decides, as text. */
  readonly rule: string;
  /** Of which rows; of all when undefined. */
  readonly of: Uint32Array | undefined;
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}

/** What was found out for one side need not be for the other: both are often taken from the same record batch. */
const split = new WeakMap<RecordBatch, Sides>();

/**
 * Selects the rows of one side. The side of a row depends on its values and the seed alone: not on its place, the record
 * batches, the order of the columns, or how they are encoded.
 *
 * Put it before `deriveColumns`, so that a new derivation does not move rows. A selection that is there already is narrowed.
 *
 * @throws OptionError where the share is not in [0, 1)
 * @throws SchemaError where a column of `by` is not there
 * @example batches$.pipe(splitRows({ validation: 0.05, seed: 7, side: 'training' }))
 */
export function splitRows({ validation, seed, by, side }: SplitOptions): OperatorFunction<Batch, Batch> {
  if (!(validation >= 0 && validation < 1)) {
    throw new OptionError({ where: 'splitRows: validation', expected: 'a share in [0, 1)', received: `${validation}` });
  }
  if (!Number.isSafeInteger(seed)) {
    throw new OptionError({ where: 'splitRows: seed', expected: 'an integer', received: `${seed}` });
  }
  if (side !== 'training' && side !== 'validation') {
    throw new OptionError({ where: 'splitRows: side', expected: "'training' or 'validation'", received: `${side}` });
  }
  if (by?.length === 0) {
    throw new OptionError({ where: 'splitRows: by', expected: 'at least one column', received: 'none' });
  }
  if (validation === 0 && side === 'training') return identity;

  const key = randomSequence(seed, 'split')(0);
  const limit = validation * 2 ** 32;
  const rule = JSON.stringify([by ?? null, key, limit]);
  return (batches$) =>
    defer(() => {
      const hash = createRowHasher(by);
      let [scratch, heldOutScratch] = [new Uint32Array(0), new Uint32Array(0)];

      function sidesOf({ records, selected }: Batch): Sides {
        const count = selected ? selected.length : records.numRows;
        if (scratch.length < count) [scratch, heldOutScratch] = [new Uint32Array(count), new Uint32Array(count)];
        const length = deal(hash(records), key, limit, selected, count, scratch, heldOutScratch);
        const training = scratch.slice(0, length);
        return { rule, of: selected, training, validation: heldOutScratch.slice(0, count - length) };
      }

      return batches$.pipe(
        map((batch) => {
          const known = split.get(batch.records);
          const sides = known?.rule === rule && known.of === batch.selected ? known : sidesOf(batch);
          if (sides !== known) split.set(batch.records, sides);
          return { ...batch, selected: sides[side] };
        }),
      );
    });
}

/** Deals rows to two sides, without a branch: on which side a row is cannot be guessed. @returns those of the training side */
function deal(
  hashes: Int32Array,
  key: number,
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
    length += mix32(hashes[row] ^ key) < limit ? 0 : 1;
  }
  return length;
}
