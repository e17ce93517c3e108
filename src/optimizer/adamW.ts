import { flag, number } from '../options/bounds.ts';
import { readOptions } from '../options/checkOptions.ts';
import type { AdamOptions } from './adam.ts';
import { commonFields, defineOptimizer, memoryBound } from './defineOptimizer.ts';
import type { Optimizer } from './optimizer.ts';

/** The options of `adamW`. */
export interface AdamWOptions extends Omit<AdamOptions, 'weightDecay'> {
  /**
   * The share of each parameter that a step takes away, in multiples of the learning rate; at least 0.
   * @default 0.01
   */
  readonly weightDecay?: number;
}

/**
 * Adam with weight decay beside the gradient instead of in it: all weights shrink at the same rate, however large their gradients.
 *
 *   w -= learningRate weightDecay w, and then as `adam`
 *
 * Convention: as torch.optim.AdamW.
 * @throws OptionError where an option is out of bounds
 * @example adamW().options.weightDecay //=> 0.01
 * @see Loshchilov and Hutter 2019, arXiv:1711.05101
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const inForce = readOptions<AdamWOptions>(
    'adamW',
    options,
    { ...commonFields, beta1: memoryBound, beta2: memoryBound, epsilon: number({ above: 0 }), amsgrad: flag },
    { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, amsgrad: false, weightDecay: 1e-2, l1: 0 },
  );
  const { beta1, beta2, epsilon, amsgrad, weightDecay, l1 } = inForce;
  return defineOptimizer({
    name: 'adamW',
    options: inForce,
    moments: amsgrad ? ['m', 'v', 'u'] : ['m', 'v'],
    make: adamW,
    update(kernels, w, g, [m, v, most], step, learningRate) {
      const rate = learningRate / (1 - beta1 ** step);
      const rootCorrection2 = Math.sqrt(1 - beta2 ** step);
      const keep = 1 - learningRate * weightDecay;
      kernels.update.adam({ w, g, m, v, most }, w.length, {
        rate,
        beta1,
        beta2,
        epsilon,
        rootCorrection2,
        keep,
        l2: 0,
        l1,
      });
    },
  });
}
