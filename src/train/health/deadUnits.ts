import type { Diagnosis } from './diagnosis.ts';
import { percent } from './percent.ts';

/** Fewer rows say little: of the units that answer to one row in a hundred, an eighth is silent over 200 rows. */
const LEAST_ROWS = 200;
/**
 * A few dead units are no illness.
 * @see CS231n, Neural Networks 1: "as much as 40% of your network can be dead if the learning rate is set too high"
 */
const MOST_DEAD = 0.4;

/** Whether a window of so many rows says anything about dead units. */
export function tellsDeadUnits(rows: number): boolean {
  return rows >= LEAST_ROWS;
}

/**
 * ReLU units that have answered zero to every row of a window: no gradient passes them, and they will not come back by themselves.
 *
 * @param silent units without an answer above zero
 * @param units all units of the layer
 * @param rows rows in which they were looked at
 */
export function deadUnits(layer: string, silent: number, units: number, rows: number): Diagnosis | undefined {
  if (!tellsDeadUnits(rows)) return undefined;
  const share = silent / units;
  if (!(share > MOST_DEAD)) return undefined;
  return {
    illness: 'deadUnits',
    layer,
    measured: share,
    expected: `at most ${MOST_DEAD}`,
    message: `${layer}: ${silent} of ${units} units (${percent(share)}) were zero in all of ${rows} rows: they are dead and learn no more`,
    advice: 'Train anew with a smaller learning rate, or take leakyRelu(), prelu() or elu()',
  };
}
