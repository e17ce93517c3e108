import { figure } from '../../format/figures.ts';
import { percent } from '../../format/shares.ts';
import type { Loss } from '../../loss/loss.ts';
import type { Diagnosis } from './diagnosis.ts';
import { FAR, LEAST_COUNT, LEAST_ROWS, MOST_FAR, NEAR, ofScale } from './featureRange.ts';

/** Rows that tell of a rare value: before all of an epoch were seen, so many. */
const MANY_ROWS = 20_000;
/** Rows that tell of two values alone. */
const SOME_ROWS = 2000;
const LEAST_EPOCH = 20;

/**
 * A target of regression that is not scaled: the network begins with answers about zero, and must learn the size first.
 *
 * @param far rows in which it is beyond `FAR`, on either side
 * @param isSmall whether it is next to zero in all of them
 */
export function targetRange(name: string, far: number, isSmall: boolean, rows: number): Diagnosis | undefined {
  const share = far / rows;
  const isFar = far >= LEAST_COUNT && share > MOST_FAR;
  if (!isFar && !(isSmall && rows >= LEAST_ROWS)) return undefined;
  return {
    problem: 'targetRange',
    measured: isFar ? share : 0,
    expected: `at most ${MOST_FAR}, and not all below ${NEAR}`,
    message: isFar
      ? `target ${name}: |y| > ${FAR} in ${percent(share)} of ${rows} rows: the network begins with answers about zero`
      : `target ${name}: |y| < ${NEAR} in all of ${rows} rows: the answers that the network begins with are far larger`,
    advice: `Scale it: regression('${name}') does by default, and predictions are in the unit of the column`,
    explains: ofScale,
  };
}

/** The same answer for all rows: there is nothing to learn. */
export function constantTarget(
  name: string,
  values: readonly number[],
  rows: number,
  whole: boolean,
): Diagnosis | undefined {
  if (values.length !== 1 || rows < (whole ? LEAST_EPOCH : MANY_ROWS)) return undefined;
  return {
    problem: 'constantTarget',
    measured: 1,
    expected: 'at least 2 different values',
    message: `target ${name}: it is the same, ${figure(values[0])}, in all of ${rows} rows: there is nothing to learn`,
    advice: 'Look at how it is derived, and which rows the source and its filters let through',
    explains: [
      'boundedOutput',
      'unsuitedLoss',
      'vanishingGradient',
      'deadUnits',
      'zeroGradient',
      'learningRateTooLow',
      'smallUpdates',
    ],
  };
}

export interface TargetCounts {
  /** Targets that the loss is not for, of those counted. */
  readonly unsuited: number;
  readonly counted: number;
  /** The first different values, of all rows. */
  readonly values: readonly number[];
  readonly rows: number;
  readonly whole: boolean;
  /** Whether the loss is for numbers of any size. */
  readonly isScaled: boolean;
}

/** A loss that is not for targets as they come: counts that are negative, a yes or no that is taken for a number. */
export function unsuitedLoss(
  name: string,
  { name: loss, targets }: Pick<Loss, 'name' | 'targets'>,
  { unsuited, counted, values, rows, whole, isScaled }: TargetCounts,
): Diagnosis | undefined {
  const common = { problem: 'unsuitedLoss', explains: ['boundedOutput', 'constantTarget'] } as const;
  if (unsuited > 0 && targets) {
    const [least, most] = targets;
    return {
      ...common,
      measured: unsuited / counted,
      expected: `targets in [${least}, ${most}]`,
      message: `${loss}: target ${name} lies outside of [${least}, ${most}] in ${percent(unsuited / counted)} of ${counted} rows`,
      advice:
        most === Infinity
          ? `Declare the target as it is, regression('${name}', { scale: 'none' }), or take meanSquaredError()`
          : `Give it as 0 and 1, as binary('${name}') does, or take another loss`,
    };
  }
  if (!isScaled || values.length !== 2 || rows < (whole ? LEAST_EPOCH : SOME_ROWS)) return undefined;
  return {
    ...common,
    measured: 2,
    expected: 'more than 2 different values',
    message: `${loss}: target ${name} has two different values in all of ${rows} rows, and is learned as a number`,
    advice: `Declare it as binary('${name}'), with binaryCrossEntropy(), to learn a probability`,
  };
}
