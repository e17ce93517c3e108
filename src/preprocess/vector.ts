import { OptionError } from '../errors.ts';

export interface VectorOptions {
  /**
   * `standard`: mean 0 and standard deviation 1; `minMax`: from 0 to 1; `none`: as they are. Fitted on all numbers of the vectors together,
   * so that they keep their proportions.
   * @default 'standard'
   */
  readonly scale?: 'standard' | 'minMax' | 'none';
  /**
   * What a null or NaN becomes, a number of the vector or the whole: the fitted mean, or a DataError.
   * @default 'error'
   */
  readonly missing?: 'mean' | 'error';
}

export interface VectorFeature {
  readonly kind: 'vector';
  readonly size: number;
  readonly scale: 'standard' | 'minMax' | 'none';
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
export function vector(size: number, { scale = 'standard', missing = 'error' }: VectorOptions = {}): VectorFeature {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new OptionError({ where: 'vector: size', expected: 'an integer of at least 1', received: `${size}` });
  }
  if (!['standard', 'minMax', 'none'].includes(scale)) {
    throw new OptionError({
      where: 'vector: scale',
      expected: "'standard', 'minMax' or 'none'",
      received: JSON.stringify(scale),
    });
  }
  if (missing !== 'mean' && missing !== 'error') {
    throw new OptionError({
      where: 'vector: missing',
      expected: "'mean' or 'error'",
      received: JSON.stringify(missing),
    });
  }
  return { kind: 'vector', size, scale, missing };
}
