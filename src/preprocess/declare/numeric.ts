import { OptionError } from '../../errors.ts';
import { either, group, integer, number, oneOf, required } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { type ScalingChoice, scalingBound } from './scaling.ts';

/** What stands in for a value that is null or NaN; see `numeric`. */
export type MissingNumber = 'mean' | 'error' | 'indicator' | Constant;
interface Constant {
  readonly constant: number;
}

export interface NumericOptions {
  /**
   * `standard`: mean 0 and standard deviation 1; `robust`: median 0 and quartiles 1 apart, for columns with outliers; `minMax`: from
   * 0 to 1; `none`: as it is. Fitted on the values that are there. A column whose values are all equal becomes 0.
   * @default 'standard'
   */
  readonly scale?: ScalingChoice;
  /**
   * `smooth`: what is scaled becomes `x / sqrt(1 + (x / 3)²)`, which is about x in the middle and stays within ±3: outliers
   * keep their side and lose their weight.
   * @default none
   */
  readonly clip?: 'smooth';
  /**
   * `piecewiseLinear`: an input for each of `bins` bins with about as many rows each: 0 below the bin, 1 above it, and in it how far
   * the value has come. A network learns from these what trees learn from splits, and as with trees a value beyond all that were
   * fitted counts as the last of them. It takes the place of `scale` and `clip`.
   * @default none: one input
   */
  readonly embed?: 'piecewiseLinear';
  /**
   * The most bins of `embed`; fewer where a column has few different values.
   * @default 32
   */
  readonly bins?: number;
  /**
   * What a null or NaN becomes: the fitted mean; the mean with a second column that is 1 where it was missing, else 0; a constant in the column's own
   * unit; or a DataError.
   * @default 'mean'
   */
  readonly missing?: MissingNumber;
}

export interface NumericFeature {
  readonly kind: 'numeric';
  readonly scale: ScalingChoice;
  readonly missing: MissingNumber;
  readonly clip?: 'smooth';
  /** The most bins, where it is piecewise linear. */
  readonly bins?: number;
}

/**
 * A column of numbers, or of booleans as 0 and 1. Infinities, and numbers that float32 cannot hold, are a DataError.
 *
 *   x = (v - mean) / deviation,  (v - median) / (upper - lower quartile),  (v - min) / (max - min),  or v
 *   piecewise linear, bin t from e[t] to e[t + 1]:  x[t] = (v - e[t]) / (e[t + 1] - e[t]), from 0 to 1; unlike those of the paper,
 *   the first and the last bin end, too
 *
 * @throws OptionError where an option is none of those named, or `scale` or `clip` is given where `embed` takes its place
 * @see Gorishniy, Rubachev and Babenko 2022, On Embeddings for Numerical Features in Tabular Deep Learning
 * @see Holzmüller, Grinsztajn and Steinwart 2024, Better by Default (robust scaling and smooth clipping)
 * @example numeric().scale //=> 'standard'
 */
export function numeric(options: NumericOptions = {}): NumericFeature {
  checkOptions<NumericOptions>('numeric', options, {
    scale: scalingBound,
    clip: oneOf('smooth'),
    embed: oneOf('piecewiseLinear'),
    bins: integer({ least: 2, most: 1024 }),
    missing: {
      ...either(oneOf('mean', 'error', 'indicator'), group<Constant>({ constant: required(number()) })),
      expected: "'mean', 'error', 'indicator' or { constant: a finite number }",
    },
  });
  const { scale, clip, embed, bins, missing = 'mean' } = options;
  const [unused] = Object.entries(embed ? { scale, clip } : { bins }).find(([, value]) => value !== undefined) ?? [];
  if (unused !== undefined) {
    throw new OptionError({
      where: `numeric: ${unused}`,
      expected: embed ? `no ${unused} beside embed: '${embed}'` : "embed: 'piecewiseLinear' beside bins",
      received: JSON.stringify(options),
    });
  }
  if (embed) return { kind: 'numeric', scale: 'none', missing, bins: bins ?? 32 };
  return { kind: 'numeric', scale: scale ?? 'standard', missing, ...(clip && { clip }) };
}
