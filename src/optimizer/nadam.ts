import { number } from '../options/bounds.ts';
import { readOptions } from '../options/checkOptions.ts';
import { commonFields, defineOptimizer, memoryBound } from './defineOptimizer.ts';
import type { Optimizer } from './optimizer.ts';
import type { Penalties } from './penalties.ts';
import type { Schedule } from './schedules/schedule.ts';

/** The options of `nadam`. */
export interface NadamOptions extends Penalties {
  /**
   * About the most that a parameter moves in a step: a number above 0, or a schedule.
   * @default 0.002
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
   * How fast the momentum comes from half of `beta1` to all of it; at least 0.
   * @default 0.004
   */
  readonly momentumDecay?: number;
}

/**
 * NAdam: Adam that looks ahead, as Nesterov's momentum does.
 *
 *   d = g + weightDecay w + l1 sign(w);  mu(t) = beta1 (1 - 0.96^(t momentumDecay) / 2);  M(t) = mu(1) ... mu(t)
 *   m = beta1 m + (1 - beta1) d;  v = beta2 v + (1 - beta2) d²
 *   w -= learningRate ((1 - mu(t)) d / (1 - M(t)) + mu(t+1) m / (1 - M(t+1))) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * Convention: as torch.optim.NAdam.
 * @throws OptionError where an option is out of bounds
 * @example nadam().moments //=> ['m', 'v']
 * @see Dozat 2016, Incorporating Nesterov momentum into Adam
 */
export function nadam(options: NadamOptions = {}): Optimizer {
  const inForce = readOptions<NadamOptions>(
    'nadam',
    options,
    {
      ...commonFields,
      beta1: memoryBound,
      beta2: memoryBound,
      epsilon: number({ above: 0 }),
      momentumDecay: number({ least: 0 }),
    },
    { learningRate: 2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, momentumDecay: 4e-3, weightDecay: 0, l1: 0 },
  );
  const { beta1, beta2, epsilon, momentumDecay, weightDecay, l1 } = inForce;
  const momentumAt = (step: number) => beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay));
  const productAt = runningProduct(momentumAt);
  return defineOptimizer({
    name: 'nadam',
    options: inForce,
    moments: ['m', 'v'],
    make: nadam,
    update(kernels, w, g, [m, v], step, rate) {
      const product = productAt(step);
      const next = momentumAt(step + 1);
      const rateOfGradient = (rate * (1 - momentumAt(step))) / (1 - product);
      const rateOfMean = (rate * next) / (1 - product * next);
      const rootCorrection2 = Math.sqrt(1 - beta2 ** step);
      const terms = { rateOfGradient, rateOfMean, beta1, beta2, epsilon, rootCorrection2, l2: weightDecay, l1 };
      kernels.update.nadam({ w, g, m, v }, w.length, terms);
    },
  });
}

/** `f(1) f(2) ... f(n)`, always multiplied in this order; the last one is remembered, so that the next costs one product. */
function runningProduct(f: (k: number) => number): (n: number) => number {
  let last = { n: 0, product: 1 };
  return (n) => {
    let { n: k, product } = n < last.n ? { n: 0, product: 1 } : last;
    // Once it is 0 it stays so.
    while (k < n && product > 0) product *= f(++k);
    last = { n, product };
    return product;
  };
}
