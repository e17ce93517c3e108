import type { Json, Kernels, Vector } from '../types.ts';
import { checkOptions, notNegative, type OptionBounds } from './checkOptions.ts';
import { expectedLearningRate, readLearningRate } from './learningRate.ts';
import type { Optimizer } from './optimizer.ts';
import type { Schedule } from './schedules/schedule.ts';

/** Options of any optimizer, defaults filled in. */
interface InForce {
  readonly learningRate: number | Schedule;
  readonly weightDecay: number;
  readonly l1: number;
}

/** What makes an optimizer different from others. */
export interface Definition<Options extends InForce> {
  readonly name: string;
  readonly options: Options;
  /** Of its own options: those of `learningRate`, `weightDecay` and `l1` are known. */
  readonly bounds: Readonly<Record<Exclude<keyof Options, keyof InForce>, OptionBounds>>;
  readonly moments: readonly string[];
  /** Makes one with other options. */
  make(options: Options): Optimizer;
  /** One pass over the vectors, at the learning rate `rate`. */
  update(kernels: Kernels, w: Vector, g: Vector, moments: readonly Vector[], step: number, rate: number): void;
}

/**
 * Checks the options of an optimizer and gives it what all have in common.
 *
 * @throws OptionError where an option is unknown or out of bounds
 */
export function defineOptimizer<Options extends InForce>(definition: Definition<Options>): Optimizer {
  const { name, options, bounds, moments, make, update } = definition;
  checkOptions(name, options, {
    learningRate: { expected: expectedLearningRate, holds: () => true },
    ...(bounds as Readonly<Record<string, OptionBounds>>),
    weightDecay: notNegative,
    l1: notNegative,
  });
  const { description, plateau, at } = readLearningRate(name, options.learningRate);
  const learningRateAt = (step: number, factor = 1) => Math.max(at(step) * factor, plateau?.least ?? 0);
  return {
    name,
    options: { ...(options as unknown as Record<string, Json>), learningRate: description },
    moments,
    ...(plateau && { plateau }),
    configure: (changes) => make({ ...options, ...changes } as Options),
    learningRateAt,
    update: (kernels, w, g, vectors, step, factor) =>
      update(kernels, w, g, vectors, step, learningRateAt(step, factor)),
  };
}
