import { readOptions } from '../options/checkOptions.ts';
import { commonFields, defineOptimizer, memoryBound } from './defineOptimizer.ts';
import type { Optimizer } from './optimizer.ts';
import type { Schedule } from './schedules/schedule.ts';

/** The options of `lion`. */
export interface LionOptions {
  /**
   * What every parameter moves in a step: a number above 0, or a schedule. A third to a tenth of what Adam takes.
   * @default 0.0001
   */
  readonly learningRate?: number | Schedule;
  /**
   * The share of the running mean in the direction of a step, in [0, 1).
   * @default 0.9
   */
  readonly beta1?: number;
  /**
   * Memory of the running mean of gradients, in [0, 1).
   * @default 0.99
   */
  readonly beta2?: number;
  /**
   * The share of each parameter that a step takes away, in multiples of the learning rate; at least 0.
   * @default 0
   */
  readonly weightDecay?: number;
  /**
   * Adds `l1 sign(w)` to the gradient; at least 0.
   * @default 0
   */
  readonly l1?: number;
}

/**
 * Lion: steps of the same size in the direction of a sign; one moment only.
 *
 *   d = g + l1 sign(w)
 *   w -= learningRate (sign(beta1 m + (1 - beta1) d) + weightDecay w);  m = beta2 m + (1 - beta2) d
 *
 * Convention: as optax.lion.
 * @throws OptionError where an option is out of bounds
 * @example lion().moments //=> ['m']
 * @see Chen et al. 2023, arXiv:2302.06675
 */
export function lion(options: LionOptions = {}): Optimizer {
  const inForce = readOptions<LionOptions>(
    'lion',
    options,
    { ...commonFields, beta1: memoryBound, beta2: memoryBound },
    { learningRate: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 0, l1: 0 },
  );
  const { beta1, beta2, weightDecay, l1 } = inForce;
  return defineOptimizer({
    name: 'lion',
    options: inForce,
    moments: ['m'],
    make: lion,
    update(kernels, w, g, [m], _, rate) {
      const keep = 1 - rate * weightDecay;
      kernels.update.lion({ w, g, m }, w.length, { rate, beta1, beta2, keep, l2: 0, l1 });
    },
  });
}
