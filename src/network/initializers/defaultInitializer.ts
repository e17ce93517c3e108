import type { Initializer, Layer } from '../layer.ts';
import { he } from './he.ts';
import { xavier } from './xavier.ts';

/** Activations that cut off one half of the signal. */
const rectifiers: ReadonlySet<string> = new Set(['relu']);

/**
 * The first weights of a layer that names none: He where a rectifier follows before the next weights, Xavier otherwise.
 *
 * @param following the layers after it
 */
export function defaultInitializer(following: readonly Layer[]): Initializer {
  for (const { kind } of following) {
    if (rectifiers.has(kind)) return he();
    if (kind === 'dense') break;
  }
  return xavier();
}
