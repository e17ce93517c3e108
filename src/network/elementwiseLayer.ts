import { builtIn } from '../builtIn.ts';
import type { Elementwise, Kernels } from '../engine/types.ts';
import type { Json } from '../json.ts';
import type { ActivationFacts, ElementwiseFunction, Layer } from './layer.ts';

/** What one of our activations is made of. */
export interface Activation extends ElementwiseFunction, ActivationFacts {
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
export function elementwiseLayer({ kind, f, options = {}, parameter, ...activation }: Activation): Layer {
  const elementwise = { f, ...(parameter !== undefined && { parameter }) };
  const planOf = planElementwise(({ elementwise }) => elementwise[f], parameter);
  return builtIn({ kind, options, activation, plan: (width) => ({ ...planOf(width), elementwise }) });
}

/** The plan of a layer that applies a function to each number, whosever it is. */
export function planElementwise(functionOf: (kernels: Kernels) => Elementwise, parameter?: number) {
  return (width: number): ReturnType<Layer['plan']> => ({
    width,
    parameters: [],
    build({ engine: { kernels, vector }, rows }) {
      const f = functionOf(kernels);
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
  });
}
