import { builtIn } from '../../builtIn.ts';
import type { Layer } from '../layer.ts';

/**
 * Changes nothing; says that no activation is meant.
 *
 *   a = z;  dz = da
 *
 * @example passThrough().kind //=> 'passThrough'
 */
export function passThrough(): Layer {
  return builtIn({
    kind: 'passThrough',
    options: {},
    plan: (width) => ({
      width,
      parameters: [],
      build: () => ({ forward: (z) => z, backward: (da, _n, needed) => (needed ? da : undefined) }),
    }),
  });
}
