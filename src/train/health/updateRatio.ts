import type { Diagnosis } from './diagnosis.ts';
import { figure } from './figure.ts';

/**
 * "A rough heuristic is that this ratio should be somewhere around 1e-3": a hundred times as much, or as little, is far.
 * @see CS231n, Neural Networks 3, ratio of weights:updates
 */
const LEAST = 1e-5;
const MOST = 1e-1;

export interface Update {
  readonly layer: string;
  /** `norm of the update / norm of the weights`; NaN for weights that are all zero. */
  readonly ratio: number;
  /** The learning rate now, over the largest so far: a schedule that has come down makes small updates on purpose. */
  readonly schedule: number;
  /** Whether the ratio has been in bounds before. Weights that have moved and come to rest have converged. */
  readonly moved: boolean;
}

/** Whether weights move as they do when they learn. */
export function moves({ ratio, schedule }: Pick<Update, 'ratio' | 'schedule'>): boolean {
  return ratio >= LEAST * schedule;
}

/** Weights that are thrown about, or that have never moved. */
export function updateRatio(update: Update): Diagnosis | undefined {
  const { layer, ratio, moved } = update;
  const isLow = ratio < LEAST * update.schedule && !moved;
  if (!(ratio > MOST) && !isLow) return undefined;
  return {
    illness: isLow ? 'smallUpdates' : 'largeUpdates',
    layer,
    measured: ratio,
    expected: `about 0.001, between ${LEAST} and ${MOST}`,
    message: `${layer}: a step changes its weights by ${figure(ratio)} of their size; about 0.001 is usual`,
    advice: isLow
      ? 'Raise the learning rate, or look for what keeps the gradient small'
      : 'Lower the learning rate, warm it up, or clip the gradient',
  };
}
