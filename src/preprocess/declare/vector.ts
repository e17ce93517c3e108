import { integer, oneOf } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { type ScalingChoice, scalingBound } from './scaling.ts';

export interface VectorOptions {
  /**
   * `standard`: mean 0 and standard deviation 1; `minMax`: from 0 to 1; `none`: as they are. Fitted on all numbers of the vectors together,
   * so that they keep their proportions.
   * @default 'standard'
   */
  readonly scale?: ScalingChoice;
  /**
   * What a null or NaN becomes, a number of the vector or the whole: the fitted mean, or a DataError.
   * @default 'error'
   */
  readonly missing?: 'mean' | 'error';
}

export interface VectorFeature {
  readonly kind: 'vector';
  readonly size: number;
  readonly scale: ScalingChoice;
  readonly missing: 'mean' | 'error';
}

/**
 * A column of lists of numbers, all of one length: pixels, spectra, embeddings made elsewhere.
 *
 *   x = (v - mean) / deviation,  (v - min) / (max - min),  or v
 *
 * @param size numbers in each list, an integer of at least 1
 * @throws OptionError where an option is out of bounds
 * @example vector(784, { scale: 'minMax' }).size //=> 784
 */
export function vector(size: number, options: VectorOptions = {}): VectorFeature {
  checkOption('vector: size', size, integer({ least: 1 }));
  checkOptions<VectorOptions>('vector', options, {
    scale: scalingBound,
    missing: oneOf('mean', 'error'),
  });
  const { scale = 'standard', missing = 'error' } = options;
  return { kind: 'vector', size, scale, missing };
}
