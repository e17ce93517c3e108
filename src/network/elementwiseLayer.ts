import type { ElementwiseName } from '../types.ts';
import type { Layer } from './layer.ts';

/**
 * A layer without parameters that applies one of the engine's functions to each number.
 *
 *   a = f(z);  dz = da f'(z)
 *
 * @param kind the function, and the layer's kind
 */
export function elementwiseLayer(kind: ElementwiseName): Layer {
  return {
    kind,
    options: {},
    plan: (width) => ({
      width,
      parameters: [],
      build({ engine: { kernels, vector }, rows }) {
        const f = kernels.elementwise[kind];
        const a = vector(rows * width);
        const dz = vector(rows * width);
        let input = a;
        return {
          forward(z, n) {
            input = z;
            f.forward(a, z, n * width);
            return a;
          },
          backward(da, n, needed) {
            if (!needed) return undefined;
            f.gradient(dz, da, input, a, n * width);
            return dz;
          },
        };
      },
    }),
  };
}
