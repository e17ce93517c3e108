import type { Initializer, Layer } from '../layer.ts';
import { xavier } from './xavier.ts';

/**
 * The first weights of a layer that names none: those that the first activation asks for which follows before the next weights and asks for
 * any, He for the rectifiers, which cut off about half of the signal, LeCun for SELU; Xavier otherwise.
 *
 * @param following the layers after it
 */
export function defaultInitializer(following: readonly Layer[]): Initializer {
  for (const { activation, mixesUnits } of following) {
    if (activation?.initializer) return activation.initializer;
    if (mixesUnits) break;
  }
  return xavier();
}
