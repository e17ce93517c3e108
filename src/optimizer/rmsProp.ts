import { flag, number } from '../options/bounds.ts';
import { readOptions } from '../options/checkOptions.ts';
import { commonFields, defineOptimizer, memoryBound } from './defineOptimizer.ts';
import type { Optimizer } from './optimizer.ts';
import type { Penalties } from './penalties.ts';
import type { Schedule } from './schedules/schedule.ts';

/** The options of `rmsProp`. */
export interface RmsPropOptions extends Penalties {
  /**
   * Size of a step in multiples of the gradient over its root mean square: a number above 0, or a schedule.
   * @default 0.01
   */
  readonly learningRate?: number | Schedule;
  /**
   * Memory of the running mean of squared gradients, in [0, 1).
   * @default 0.99
   */
  readonly decay?: number;
  /**
   * Keeps the division from blowing up, in the unit of the gradient; above 0.
   * @default 1e-8
   */
  readonly epsilon?: number;
  /**
   * The share of the last step's velocity that goes on, in [0, 1).
   * @default 0
   */
  readonly momentum?: number;
  /**
   * Divides by the standard deviation of the gradient instead of its root mean square.
   * @default false
   */
  readonly centered?: boolean;
}

/**
 * RMSProp: the gradient of each parameter over the root of its running mean square.
 *
 *   d = g + weightDecay w + l1 sign(w);  v = decay v + (1 - decay) d²
 *   r = sqrt(v) + epsilon, or sqrt(v - m²) + epsilon with m = decay m + (1 - decay) d where centered
 *   u = momentum u + d / r;  w -= learningRate u
 *
 * Convention: as torch.optim.RMSprop, whose `alpha` is `decay`.
 * @throws OptionError where an option is out of bounds
 * @example rmsProp({ momentum: 0.9 }).moments //=> ['v', 'velocity']
 * @see Tieleman and Hinton 2012, Neural networks for machine learning, lecture 6.5
 */
export function rmsProp(options: RmsPropOptions = {}): Optimizer {
  const inForce = readOptions<RmsPropOptions>(
    'rmsProp',
    options,
    { ...commonFields, decay: memoryBound, epsilon: number({ above: 0 }), momentum: memoryBound, centered: flag },
    { learningRate: 1e-2, decay: 0.99, epsilon: 1e-8, momentum: 0, centered: false, weightDecay: 0, l1: 0 },
  );
  const { decay, epsilon, momentum, centered, weightDecay, l1 } = inForce;
  return defineOptimizer({
    name: 'rmsProp',
    options: inForce,
    moments: ['v', ...(centered ? ['mean'] : []), ...(momentum === 0 ? [] : ['velocity'])],
    make: rmsProp,
    update(kernels, w, g, moments, _, rate) {
      const mean = centered ? moments[1] : undefined;
      const velocity = momentum === 0 ? undefined : moments[moments.length - 1];
      const terms = { rate, decay, epsilon, momentum, l2: weightDecay, l1 };
      kernels.update.rmsProp({ w, g, v: moments[0], mean, velocity }, w.length, terms);
    },
  });
}
