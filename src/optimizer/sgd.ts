import { checkOptions, positive } from './checkOptions.ts';
import type { Optimizer } from './optimizer.ts';

export interface SgdOptions {
  /** Size of a step in multiples of the gradient; above 0. */
  readonly learningRate: number;
}

/**
 * Stochastic gradient descent.
 *
 *   w -= learningRate g
 *
 * Convention: as torch.optim.SGD without momentum.
 * @throws OptionError where an option is out of bounds
 * @example sgd({ learningRate: 0.5 }).learningRateAt(1) //=> 0.5
 */
export function sgd(options: SgdOptions): Optimizer {
  const inForce = { ...options };
  checkOptions('sgd', inForce, { learningRate: positive });
  const { learningRate } = inForce;
  return {
    name: 'sgd',
    options: inForce,
    moments: [],
    configure: (changes) => sgd({ ...inForce, ...changes }),
    learningRateAt: () => learningRate,
    update: (kernels, w, g) => kernels.sgd(w, g, w.length, learningRate),
  };
}
