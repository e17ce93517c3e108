import { percent } from '../../format/shares.ts';
import type { Diagnosis } from './diagnosis.ts';

/** Fewer rows say little: of the units that answer to one row in a hundred, an eighth is silent over 200 rows. */
const LEAST_ROWS = 200;
/** Where not one unit of a layer answers, fewer rows are enough: so many times the units. */
const LEAST_SILENCE = 64;
/**
 * A few dead units are no problem.
 * @see CS231n, Neural Networks 1: "as much as 40% of your network can be dead if the learning rate is set too high"
 */
const MOST_DEAD = 0.4;
/** Small layers, and those over features that are all positive, begin with more by chance. */
const MOST_AT_FIRST = 0.6;
/** Fewer than so many are chance. */
const LEAST_SILENT = 4;

/** Units of a rectifier over a window of rows. */
export interface SilentUnits {
  readonly layer: string;
  /** Units that were off in all rows. */
  readonly silent: number;
  /** All units of the layer. */
  readonly units: number;
  /** Those that had never answered before the first update, nor for a while after: no update has killed them. */
  readonly began: number;
}

/** Whether a window of so many rows says anything about dead units. */
export function tellsDeadUnits(rows: number): boolean {
  return rows >= LEAST_ROWS;
}

/**
 * Units of a rectifier that were off in every row of a window: no gradient passes them, and they will not come back by themselves.
 *
 * @param rows in which they were looked at
 * @param sinceFirst whether the first of them came before the first update: then it is not an update that has killed the units
 */
export function deadUnits(
  { layer, silent, units, began }: SilentUnits,
  rows: number,
  sinceFirst: boolean,
): Diagnosis | undefined {
  const share = silent / units;
  const most = sinceFirst ? MOST_AT_FIRST : MOST_DEAD + began / units;
  const isAll = silent === units && units * rows >= LEAST_SILENCE;
  if (!isAll && !(tellsDeadUnits(rows) && silent >= LEAST_SILENT && share > most)) return undefined;
  return {
    problem: 'deadUnits',
    layer,
    measured: share,
    expected: `at most ${most}`,
    message: sinceFirst
      ? `${layer}: ${silent} of ${units} units (${percent(share)}) were off in all rows so far, ${rows}: they began dead, and will not learn`
      : `${layer}: ${silent} of ${units} units (${percent(share)}) were off in all of ${rows} rows: they are dead and learn no more`,
    advice: sinceFirst
      ? 'Begin with weights about zero, as he() gives, and features about zero, or take leakyRelu() or elu()'
      : 'Train anew with a smaller learning rate, or take leakyRelu(), prelu() or elu()',
    explains: [
      'copiedUnits',
      'vanishingGradient',
      'shrinkingActivations',
      'zeroGradient',
      'learningRateTooLow',
      'smallUpdates',
    ],
  };
}
