import { checkOptions, fraction, positive } from './checkOptions.ts';
import type { Optimizer } from './optimizer.ts';

export interface AdamOptions {
  /**
   * About the most that a parameter moves in a step; above 0.
   * @default 0.001
   */
  readonly learningRate?: number;
  /**
   * Memory of the running mean of gradients, in [0, 1).
   * @default 0.9
   */
  readonly beta1?: number;
  /**
   * Memory of the running mean of squared gradients, in [0, 1).
   * @default 0.999
   */
  readonly beta2?: number;
  /**
   * Keeps the division from blowing up, in the unit of the gradient; above 0.
   * @default 1e-8
   */
  readonly epsilon?: number;
}

/**
 * Adam: a step size for each parameter, from running means of its gradient and of the gradient's square.
 *
 *   m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g²
 *   w -= learningRate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * Convention: as torch.optim.Adam.
 * @throws OptionError where an option is out of bounds
 * @example adam().options //=> { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
 * @see Kingma and Ba 2015, arXiv:1412.6980
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const inForce = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...options };
  checkOptions('adam', inForce, { learningRate: positive, beta1: fraction, beta2: fraction, epsilon: positive });
  const { learningRate, beta1, beta2, epsilon } = inForce;
  return {
    name: 'adam',
    options: inForce,
    moments: ['m', 'v'],
    configure: (changes) => adam({ ...inForce, ...changes }),
    learningRateAt: () => learningRate,
    update(kernels, w, g, [m, v], step) {
      const rate = learningRate / (1 - beta1 ** step);
      const rootCorrection2 = Math.sqrt(1 - beta2 ** step);
      kernels.adam(w, g, m, v, w.length, rate, beta1, beta2, epsilon, rootCorrection2);
    },
  };
}
