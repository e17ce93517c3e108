import { defer, identity, map, type OperatorFunction } from 'rxjs';
import { columnName, integer, listOf, objectOf, oneOf, required } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { Batch } from '../source/types.ts';
import { createSplitSides, heldOutShare } from './splitSides.ts';
import type { Repeats } from './types.ts';

/** The options of `splitRows`. */
export interface SplitOptions {
  /** The share of rows that are held out; in `[0, 1)`. */
  readonly validation: number;
  /**
   * Names the hash: another one holds other rows out; an integer.
   * @default 0
   */
  readonly seed?: number;
  /**
   * The columns whose values decide: rows that are equal in them are on the same side. Name those of the features, as `splitColumns` gives
   * them, and not the label's: where features repeat, rows of one label would all be on one side.
   * @default all columns of the record batch
   */
  readonly by?: readonly string[];
  /**
   * Equal rows that are told apart all the same, since there are so many: as `createRepeatCounter` finds them, or the checkpoint of a run has
   * them.
   * @default none
   */
  readonly repeats?: Repeats;
  /** The side whose rows are selected. */
  readonly side: 'training' | 'validation';
}

/**
 * Selects the rows of one side. The side of a row depends on its values and the seed alone: not on its place, the record
 * batches, the order of the columns, or how they are encoded. Only rows of `repeats` may be told apart by their places: the number in the
 * file, and its name.
 *
 * Put it before `deriveColumns`, so that a new derivation does not move rows. A selection that is there already is narrowed.
 *
 * @throws OptionError where the share is not in [0, 1)
 * @throws SchemaError where a column of `by` is not there
 * @example batches$.pipe(splitRows({ validation: 0.05, by: ['date', 'origin'], side: 'training' }))
 */
export function splitRows(options: SplitOptions): OperatorFunction<Batch, Batch> {
  checkOptions<SplitOptions>('splitRows', options, {
    validation: required(heldOutShare),
    seed: integer(),
    by: listOf('columns', columnName, 1),
    repeats: objectOf('rows that are told apart, as createRepeatCounter finds them'),
    side: required(oneOf('training', 'validation')),
  });
  const { validation, seed = 0, by, repeats, side } = options;
  if (validation === 0 && side === 'training') return identity;

  return (batches$) =>
    defer(() => {
      const sidesOf = createSplitSides({ validation, seed, by, repeats });
      return batches$.pipe(map((batch) => ({ ...batch, selected: sidesOf(batch)[side] })));
    });
}
