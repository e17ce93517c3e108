import { number } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { elementwiseLayer } from '../elementwiseLayer.ts';
import { he } from '../initializers/he.ts';
import type { Layer } from '../layer.ts';

export interface LeakyReluOptions {
  /**
   * What is left of numbers below zero; a finite number.
   * @default 0.01
   */
  readonly slope?: number;
}

/**
 * The rectifier that leaks: units that are off still learn.
 *
 *   a = z where z > 0, slope z elsewhere;  dz = da where z > 0, slope da elsewhere
 *
 * @throws OptionError where `slope` is not finite
 * @example leakyRelu().options //=> { slope: 0.01 }
 * @see Maas et al. 2013, Rectifier nonlinearities improve neural network acoustic models
 */
export function leakyRelu(options: LeakyReluOptions = {}): Layer {
  checkOptions<LeakyReluOptions>('leakyRelu', options, { slope: number() });
  const { slope = 0.01 } = options;
  // A slope of zero must not turn an infinity into NaN.
  const f = slope === 0 ? 'relu' : 'leakyRelu';
  return elementwiseLayer({
    kind: 'leakyRelu',
    f,
    options: { slope },
    parameter: slope,
    range: [slope > 0 ? -Infinity : 0, Infinity],
    rectifies: slope === 0,
    initializer: he(),
  });
}
