import { figure } from '../../format/figures.ts';
import type { Diagnosis } from './diagnosis.ts';

/**
 * "A rough heuristic is that this ratio should be somewhere around 1e-3": a hundred times as little is far.
 * @see CS231n, Neural Networks 3, ratio of weights:updates
 */
const LEAST = 1e-5;
const EXPECTED = `about 0.001, at least ${LEAST}`;
/** A loss that would not change by this part of its size if all weights were doubled has no gradient. */
const LEAST_GRADIENT = 1e-6;

export interface Update {
  readonly layer: string;
  /** `norm of the update / norm of the weights`; not finite, or NaN, for weights that are all zero. */
  readonly ratio: number;
  /** The same, over what the norm of weights should at least be. */
  readonly stride: number;
  /** Whether the ratio has been in bounds before. Weights that have moved and come to rest have converged. */
  readonly moved: boolean;
}

export interface Slowness {
  readonly learningRate: number;
  /** The learning rate now, over the largest so far: a schedule that has come down makes small updates on purpose. */
  readonly schedule: number;
  /** `norm of the gradient, times norm of the weights, over the size of the loss` */
  gradient(): number;
}

/** Whether weights move as they do when they learn. */
export function moves(ratio: number, schedule: number): boolean {
  return ratio >= LEAST * schedule;
}

/** Weights that have never moved: all of them, because of the learning rate or for want of a gradient, or those of some layers. */
export function slowUpdates(updates: readonly Update[], slowness: Slowness): readonly Diagnosis[] {
  const { learningRate, schedule } = slowness;
  const still = updates.filter(({ ratio, moved }) => !moved && ratio < LEAST * schedule);
  const fastest = Math.max(...updates.map(({ ratio }) => (Number.isFinite(ratio) ? ratio : 0)));
  if (still.length === 0) return [];
  if (still.length < updates.length) {
    return still.map(({ layer, ratio }) => ({
      problem: 'smallUpdates',
      layer,
      measured: ratio,
      expected: EXPECTED,
      message: `${layer}: a step changes its weights by ${figure(ratio)} of their size, those of another layer by ${figure(fastest)}`,
      advice: 'Look for what keeps its gradient small: the activations and the first weights of the layers after it',
      explains: [],
    }));
  }
  const gradient = slowness.gradient();
  if (!(gradient > LEAST_GRADIENT)) {
    return [
      {
        problem: 'zeroGradient',
        measured: gradient,
        expected: `more than ${LEAST_GRADIENT}`,
        message: `no gradient arrives: all weights might be twice as large, and the loss would change by ${figure(gradient)} of its size`,
        advice:
          'Look at the loss, the weights of the rows, what clips the gradient, and layers that give the same for all rows',
        explains: ['learningRateTooLow', 'smallUpdates'],
      },
    ];
  }
  return [
    {
      problem: 'learningRateTooLow',
      measured: fastest,
      expected: EXPECTED,
      message: `a learning rate of ${learningRate} is too low: a step changes the weights by ${figure(fastest)} of their size, about 0.001 is usual`,
      advice: `Raise the learning rate${fastest > 0 ? `, to ${figure((1e-3 / fastest) * learningRate)} or so` : ', by a factor of a thousand to begin with'}`,
      explains: ['smallUpdates'],
    },
  ];
}
