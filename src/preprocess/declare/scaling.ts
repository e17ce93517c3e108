import type { Json } from '../../json.ts';
import { type Bound, bound, oneOf } from '../../options/bounds.ts';

/** What fitting has found out about the numbers of a column, without those that are missing. */
export interface NumberSummary {
  /** How many there are; at least 1. */
  readonly count: number;
  readonly mean: number;
  /** The standard deviation, by `count`. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  /** The quantiles that the scaling asks for, in its order; within 0.1 % of the rank, exact of up to 8192 numbers. */
  readonly quantiles: readonly number[];
}

/** A scaling of numbers: `x = (v - shift) / scale`, fitted on the training rows. */
export interface Scaling {
  /** For the pipeline's description and its hash. */
  readonly name: string;
  /**
   * What tells it from others of its name.
   * @default none
   */
  readonly options?: { readonly [key: string]: Json };
  /**
   * The quantiles that it needs: numbers from 0 to 1.
   * @default none
   */
  readonly quantiles?: readonly number[];
  /** Pure. A scale of 0, as of a column whose values are all equal, counts as 1. */
  fit(numbers: NumberSummary): { readonly shift: number; readonly scale: number };
}

const builtIn = {
  standard: { name: 'standard', fit: ({ mean, deviation }) => ({ shift: mean, scale: deviation }) },
  minMax: { name: 'minMax', fit: ({ min, max }) => ({ shift: min, scale: max - min }) },
  robust: {
    name: 'robust',
    quantiles: [0.25, 0.5, 0.75],
    fit: ({ quantiles: [lower, median, upper], min, max }) => ({
      shift: median,
      scale: upper > lower ? upper - lower : (max - min) / 2,
    }),
  },
  none: { name: 'none', fit: () => ({ shift: 0, scale: 1 }) },
} satisfies Record<string, Scaling>;

/** A scaling by its name, or one of your own. */
export type ScalingChoice = keyof typeof builtIn | Scaling;

const named = oneOf('standard', 'minMax', 'robust', 'none');

/** What `scale` of a feature may be. */
export const scalingBound: Bound<ScalingChoice> = {
  ...bound(
    `${named.expected}, or an object { name, fit }`,
    (value) =>
      named.holds(value) ||
      (typeof (value as Partial<Scaling> | null)?.fit === 'function' && typeof (value as Scaling).name === 'string'),
  ),
  words: named.words,
};

/** The scaling that is meant. */
export function scalingOf(choice: ScalingChoice): Scaling {
  return typeof choice === 'string' ? builtIn[choice] : choice;
}
