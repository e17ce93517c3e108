import type { Json } from '../types.ts';
import type { ElementwiseFunction, Layer } from './layer.ts';

/** What an activation is made of. */
export interface Activation extends ElementwiseFunction {
  /** The layer's kind. */
  readonly kind: string;
  /** As the user gave them. */
  readonly options?: { readonly [key: string]: Json };
}

/**
 * A layer without parameters that applies one of the engine's functions to each number.
 *
 *   a = f(z);  dz = da f'(z)
 */
export function elementwiseLayer({ kind, f: name, options = {}, parameter }: Activation): Layer {
  return {
    kind,
    options,
    plan: (width) => ({
      width,
      parameters: [],
      elementwise: { f: name, ...(parameter !== undefined && { parameter }) },
      build({ engine: { kernels, vector }, rows }) {
        const f = kernels.elementwise[name];
        const a = vector(rows * width);
        const dz = vector(rows * width);
        let input = a;
        return {
          forward(z, n) {
            input = z;
            f.forward(a, z, n * width, parameter);
            return a;
          },
          backward(da, n, needed) {
            if (!needed) return undefined;
            f.gradient(dz, da, input, a, n * width, parameter);
            return dz;
          },
        };
      },
    }),
  };
}
