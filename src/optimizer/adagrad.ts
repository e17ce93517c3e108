import { number } from '../options/bounds.ts';
import { readOptions } from '../options/checkOptions.ts';
import { commonFields, defineOptimizer } from './defineOptimizer.ts';
import type { Optimizer } from './optimizer.ts';
import type { Penalties } from './penalties.ts';
import type { Schedule } from './schedules/schedule.ts';

/** The options of `adagrad`. */
export interface AdagradOptions extends Penalties {
  /**
   * What a parameter moves in its first step: a number above 0, or a schedule.
   * @default 0.01
   */
  readonly learningRate?: number | Schedule;
  /**
   * Keeps the division from blowing up, in the unit of the gradient; above 0.
   * @default 1e-10
   */
  readonly epsilon?: number;
}

/**
 * Adagrad: a step size for each parameter that shrinks with all the gradient it has had, so that rare features keep large steps.
 *
 *   d = g + weightDecay w + l1 sign(w);  s += d²;  w -= learningRate d / (sqrt(s) + epsilon)
 *
 * Convention: as torch.optim.Adagrad.
 * @throws OptionError where an option is out of bounds
 * @example adagrad().learningRateAt(1) //=> 0.01
 * @see Duchi, Hazan and Singer 2011, Adaptive subgradient methods
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const inForce = readOptions<AdagradOptions>(
    'adagrad',
    options,
    { ...commonFields, epsilon: number({ above: 0 }) },
    { learningRate: 1e-2, epsilon: 1e-10, weightDecay: 0, l1: 0 },
  );
  const { epsilon, weightDecay, l1 } = inForce;
  return defineOptimizer({
    name: 'adagrad',
    options: inForce,
    moments: ['sum'],
    make: adagrad,
    update(kernels, w, g, [sum], _, rate) {
      kernels.update.adagrad({ w, g, sum }, w.length, { rate, epsilon, l2: weightDecay, l1 });
    },
  });
}
