import type { Layer } from '../layer.ts';

/**
 * Changes nothing; says that no activation is meant.
 *
 *   a = z;  dz = da
 *
 * @example identity().kind //=> 'identity'
 */
export function identity(): Layer {
  return {
    kind: 'identity',
    options: {},
    plan: (width) => ({
      width,
      parameters: [],
      build: () => ({ forward: (z) => z, backward: (da, _n, needed) => (needed ? da : undefined) }),
    }),
  };
}
