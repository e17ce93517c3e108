import { OptionError } from '../errors.ts';
import { flag, required } from '../options/bounds.ts';
import { readOptions } from '../options/checkOptions.ts';
import { commonFields, defineOptimizer, memoryBound } from './defineOptimizer.ts';
import { learningRateBound } from './learningRate.ts';
import type { Optimizer } from './optimizer.ts';
import type { Penalties } from './penalties.ts';
import type { Schedule } from './schedules/schedule.ts';

/** The options of `sgd`. */
export interface SgdOptions extends Penalties {
  /** Size of a step in multiples of the gradient: a number above 0, or a schedule. */
  readonly learningRate: number | Schedule;
  /**
   * The share of the last step's velocity that goes on, in [0, 1).
   * @default 0
   */
  readonly momentum?: number;
  /**
   * The share of the gradient that does not add to the velocity, in [0, 1).
   * @default 0
   */
  readonly dampening?: number;
  /**
   * Looks ahead: steps by the gradient and the velocity that it has made. Needs momentum, and no dampening.
   * @default false
   */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent.
 *
 *   d = g + weightDecay w + l1 sign(w)
 *   v = momentum v + (1 - dampening) d, at first d
 *   w -= learningRate v, or learningRate (d + momentum v) with nesterov, or learningRate d without momentum
 *
 * Convention: as torch.optim.SGD.
 * @throws OptionError where an option is out of bounds
 * @example sgd({ learningRate: 0.5 }).learningRateAt(1) //=> 0.5
 * @see Sutskever et al. 2013, On the importance of initialization and momentum in deep learning
 */
export function sgd(options: SgdOptions): Optimizer {
  const inForce = readOptions<SgdOptions>(
    'sgd',
    options,
    {
      ...commonFields,
      learningRate: required(learningRateBound),
      momentum: memoryBound,
      dampening: memoryBound,
      nesterov: flag,
    },
    { momentum: 0, dampening: 0, nesterov: false, weightDecay: 0, l1: 0 },
  );
  const { momentum, dampening, nesterov, weightDecay, l1 } = inForce;
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new OptionError({
      where: 'sgd: nesterov',
      expected: 'a momentum above 0 and a dampening of 0',
      received: `momentum ${momentum}, dampening ${dampening}`,
    });
  }
  return defineOptimizer({
    name: 'sgd',
    options: inForce,
    moments: momentum === 0 ? [] : ['velocity'],
    make: sgd,
    update(kernels, w, g, [velocity], step, rate) {
      const take = step === 1 ? 1 : 1 - dampening;
      kernels.update.sgd({ w, g, velocity }, w.length, {
        rate,
        momentum,
        take,
        nesterov: nesterov ? 1 : 0,
        l2: weightDecay,
        l1,
      });
    },
  });
}
