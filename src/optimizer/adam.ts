import { flag, number } from '../options/bounds.ts';
import { readOptions } from '../options/checkOptions.ts';
import { commonFields, defineOptimizer, memoryBound } from './defineOptimizer.ts';
import type { Optimizer } from './optimizer.ts';
import type { Penalties } from './penalties.ts';
import type { Schedule } from './schedules/schedule.ts';

/** The options of `adam`. */
export interface AdamOptions extends Penalties {
  /**
   * About the most that a parameter moves in a step: a number above 0, or a schedule.
   * @default 0.001
   */
  readonly learningRate?: number | Schedule;
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
  /**
   * Divides by the largest mean square so far, so that step sizes never grow: AMSGrad.
   * @default false
   */
  readonly amsgrad?: boolean;
}

/**
 * Adam: a step size for each parameter, from running means of its gradient and of the gradient's square.
 *
 *   d = g + weightDecay w + l1 sign(w)
 *   m = beta1 m + (1 - beta1) d;  v = beta2 v + (1 - beta2) d²;  with amsgrad, u = max(u, v) takes the place of v below
 *   w -= learningRate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * Convention: as torch.optim.Adam.
 * @throws OptionError where an option is out of bounds
 * @example adam({ beta1: 0.8 }).options.beta1 //=> 0.8
 * @see Kingma and Ba 2015, arXiv:1412.6980; Reddi, Kale and Kumar 2018, arXiv:1904.09237
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const inForce = readOptions<AdamOptions>(
    'adam',
    options,
    { ...commonFields, beta1: memoryBound, beta2: memoryBound, epsilon: number({ above: 0 }), amsgrad: flag },
    { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, amsgrad: false, weightDecay: 0, l1: 0 },
  );
  const { beta1, beta2, epsilon, amsgrad, weightDecay, l1 } = inForce;
  return defineOptimizer({
    name: 'adam',
    options: inForce,
    moments: amsgrad ? ['m', 'v', 'u'] : ['m', 'v'],
    make: adam,
    update(kernels, w, g, [m, v, most], step, learningRate) {
      const rate = learningRate / (1 - beta1 ** step);
      const rootCorrection2 = Math.sqrt(1 - beta2 ** step);
      const terms = { rate, beta1, beta2, epsilon, rootCorrection2, keep: 1, l2: weightDecay, l1 };
      kernels.update.adam({ w, g, m, v, most }, w.length, terms);
    },
  });
}
