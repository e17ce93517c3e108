import { checkOption } from '../checkOption.ts';
import { elementwiseLayer } from '../elementwiseLayer.ts';
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
export function leakyRelu({ slope = 0.01 }: LeakyReluOptions = {}): Layer {
  checkOption('leakyRelu: slope', Number.isFinite(slope), 'a finite number', slope);
  return elementwiseLayer({ kind: 'leakyRelu', f: 'relu', options: { slope }, parameter: slope });
}
