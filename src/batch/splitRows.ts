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

/** What was hashed for one side need not be hashed for the other: both are often taken from the same record batch. */
const hashed = new WeakMap<RecordBatch, { readonly by: string; readonly hashes: Int32Array }>();

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
  const heldOut = side === 'validation';
  return (batches$) =>
    defer(() => {
      const hash = createRowHasher(by);
      const columns = JSON.stringify(by ?? null);
      let kept = new Uint32Array(0);
      return batches$.pipe(
        map((batch) => {
          const { records, selected } = batch;
          const known = hashed.get(records);
          const hashes = known?.by === columns ? known.hashes : hash(records);
          if (known?.hashes !== hashes) hashed.set(records, { by: columns, hashes });
          const count = selected ? selected.length : records.numRows;
          if (kept.length < count) kept = new Uint32Array(count);
          let length = 0;
          // Without a branch: on which side a row is cannot be guessed.
          for (let i = 0; i < count; i++) {
            const row = selected ? selected[i] : i;
            kept[length] = row;
            length += mix32(hashes[row] ^ key) < limit === heldOut ? 1 : 0;
          }
          return { ...batch, selected: kept.slice(0, length) };
        }),
      );
    });
}
