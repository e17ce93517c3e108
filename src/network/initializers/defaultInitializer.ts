import type { Initializer, Layer } from '../layer.ts';
import { he } from './he.ts';
import { lecun } from './lecun.ts';
import { xavier } from './xavier.ts';

/** What fits the activations that do not keep mean and variance as Xavier expects. */
const fitting: Readonly<Record<string, () => Initializer>> = {
  relu: he,
  leakyRelu: he,
  prelu: he,
  elu: he,
  gelu: he,
  silu: he,
  selu: lecun,
};

/** Layers that have weights of their own: activations after them are not for the weights before. */
const weighted: ReadonlySet<string> = new Set(['dense', 'residual', 'branches']);

/**
 * The first weights of a layer that names none: by the activation that follows before the next weights. He for the rectifiers, which cut
 * off about half of the signal, LeCun for SELU, Xavier otherwise.
 *
 * @param following the layers after it
 */
export function defaultInitializer(following: readonly Layer[]): Initializer {
  for (const { kind } of following) {
    if (Object.hasOwn(fitting, kind)) return fitting[kind]();
    if (weighted.has(kind)) break;
  }
  return xavier();
}
