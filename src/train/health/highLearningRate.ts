import { figure } from '../../format/figures.ts';
import type { Problem } from '../types.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { LossLevel } from './lossWatch.ts';

/**
 * The excess of the loss that tells, by the step until which it holds. In 600 runs at usual rates, made up at random, it was at most 9.4 at
 * step 2, 4.7 at step 5, and 1.7 later; at rates a hundred times as high it was 5 to 1e9.
 */
const MOST: readonly (readonly [until: number, excess: number])[] = [
  [2, 12],
  [5, 8],
  [10, 3],
  [Number.POSITIVE_INFINITY, 2],
];
/** Steps that are too long change the weights by more of their size: without that, it is the rows that have changed. */
const LEAST_STRIDE = 0.03;
/** An excess so large, or an update so large, is enough where something is wrong with the network that was not at first. */
const SUSPICIOUS_EXCESS = 1.5;
const SUSPICIOUS_STRIDE = 1;

export interface Pace {
  readonly step: number;
  readonly learningRate: number;
  /** How far an update has moved the weights of a layer, in their own size: the farthest. */
  readonly stride: number;
  readonly level: LossLevel | undefined;
}

const explains: readonly Problem[] = [
  'copiedUnits',
  'vanishingGradient',
  'explodingGradient',
  'deadUnits',
  'saturation',
  'shrinkingActivations',
  'growingActivations',
  'learningRateTooLow',
  'zeroGradient',
  'smallUpdates',
];

/** A learning rate that throws the network about: new rows are answered far worse than if each were answered zero. */
export function learningRateTooHigh({ step, learningRate, stride, level }: Pace): Diagnosis | undefined {
  const most = MOST.find(([until]) => step <= until)?.[1] ?? 0;
  if (!level || !(level.excess > most) || !(stride > LEAST_STRIDE)) return undefined;
  return tooHigh(learningRate, level.excess, most, inWords(level));
}

/** The largest of a run so far. */
export interface Worst {
  /** Excess of the loss. */
  readonly excess: number;
  /** Update of a layer, in the size of its weights. */
  readonly stride: number;
}

/** The same, told by what has come of it. */
export function rateBehind(symptom: Diagnosis, learningRate: number, { excess, stride }: Worst): Diagnosis | undefined {
  if (excess > SUSPICIOUS_EXCESS) {
    const what = `new rows came to cost ${figure(excess)} times more than to answer zero, and now ${symptom.message}`;
    return tooHigh(learningRate, excess, SUSPICIOUS_EXCESS, what);
  }
  if (!(stride > SUSPICIOUS_STRIDE)) return undefined;
  const what = `a step changed weights by ${figure(stride)} of their size, and now ${symptom.message}`;
  return tooHigh(learningRate, stride, SUSPICIOUS_STRIDE, what);
}

function tooHigh(learningRate: number, measured: number, most: number, what: string): Diagnosis {
  return {
    problem: 'learningRateTooHigh',
    measured,
    expected: `at most ${most}`,
    message: `a learning rate of ${learningRate} is too high: ${what}`,
    advice: `Train anew with ${figure(learningRate / 10)}, or less; or warm it up, or clip the gradient`,
    explains,
  };
}

function inWords({ rows, first, loss, zero }: LossLevel): string {
  return `the last ${rows} rows cost ${figure(loss)} each before they were trained on, the first ones ${figure(first)}; to answer zero would cost ${figure(zero)}`;
}
