import type { Kernels, Vector } from '../engine/types.ts';
import type { Json } from '../json.ts';
import { type Bound, bound, number } from '../options/bounds.ts';
import { checkOption, checkOptions } from '../options/checkOptions.ts';
import { learningRateBound, readLearningRate } from './learningRate.ts';
import type { Optimizer } from './optimizer.ts';
import type { Schedule } from './schedules/schedule.ts';

/** The options that all optimizers have. */
export const commonFields = {
  learningRate: learningRateBound,
  weightDecay: number({ least: 0 }),
  l1: number({ least: 0 }),
};

/** How much of a running mean stays in a step. */
export const memoryBound: Bound<number> = number({ least: 0, below: 1 });

/** What makes an optimizer different from others. */
export interface Definition<Options extends { readonly learningRate: number | Schedule }> {
  readonly name: string;
  /** The options in force, plain JSON but for the learning rate. */
  readonly options: Options;
  /**
   * Names of the vectors that it keeps, as long as the parameters and zero at first: `['velocity']`.
   * @default []
   */
  readonly moments?: readonly string[];
  /** Makes one with other options. */
  make(options: Options): Optimizer;
  /**
   * One pass over the vectors, which belong to any engine: plain loops do, and `kernels` has what is faster.
   *
   * @param w parameters, changed in place
   * @param g gradient
   * @param moments changed in place
   * @param step the number of this update, from 1
   * @param rate the learning rate of this update
   */
  update(kernels: Kernels, w: Vector, g: Vector, moments: readonly Vector[], step: number, rate: number): void;
}

/**
 * An optimizer of an update rule, with what all have in common: learning rates that change, plateaus, and options that can be set anew.
 *
 * @throws OptionError where the learning rate is none, or an option is set anew that it does not have
 * @example
 * ```ts
 * const signSgd = (options: { readonly learningRate: number }): import('millrace').Optimizer =>
 *   defineOptimizer({
 *     name: 'signSgd',
 *     options,
 *     make: signSgd,
 *     update(kernels, w, g, moments, step, rate) {
 *       for (let i = 0; i < w.length; i++) w[i]! -= rate * Math.sign(g[i]!);
 *     },
 *   });
 * const optimizer = signSgd({ learningRate: 0.1 });
 * ```
 */
export function defineOptimizer<Options extends { readonly learningRate: number | Schedule }>(
  definition: Definition<Options>,
): Optimizer {
  const { name, options, moments = [], make, update } = definition;
  checkOption(`${name}: learningRate`, options.learningRate, learningRateBound);
  const { description, plateau, knowing, at } = readLearningRate(options.learningRate);
  const learningRateAt = (step: number, factor = 1) => Math.max(at(step) * factor, plateau?.least ?? 0);
  const { learningRate: _, ...others } = options;
  const known = Object.fromEntries(['learningRate', ...Object.keys(others)].map((key) => [key, anything]));
  return {
    name,
    options: { ...(options as unknown as Record<string, Json>), learningRate: description },
    moments,
    ...(plateau && { plateau }),
    ...(knowing && { knowing: (metrics) => make({ ...options, learningRate: knowing(metrics) }) }),
    configure(changes) {
      checkOptions<Record<string, unknown>>(name, changes, known as never);
      return make({ ...options, ...changes } as Options);
    },
    learningRateAt,
    update: (kernels, w, g, vectors, step, factor) =>
      update(kernels, w, g, vectors, step, learningRateAt(step, factor)),
  };
}

const anything = bound('anything', () => true);
