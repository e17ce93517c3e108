import type { Vector } from '../../src/engine/types.ts';
import { constant } from '../../src/network/initializers/constant.ts';
import type { Layer, LayerPass } from '../../src/network/layer.ts';

/** How far the difference quotient of `ownActivation` reaches. */
const H = 1e-4;

/**
 * An activation as a user may write it, in plain loops over any engine's arrays.
 *
 * @param slope its derivative; a difference quotient by default
 */
export function ownActivation(
  kind: string,
  f: (z: number) => number,
  slope = (z: number) => (f(z + H) - f(z - H)) / (2 * H),
): Layer {
  return {
    kind,
    options: {},
    plan: (width) => ({
      width,
      parameters: [],
      build({ engine, rows }) {
        const a = engine.vector(rows * width);
        const dz = engine.vector(rows * width);
        let input = a;
        return {
          forward(z, n) {
            input = z;
            for (let i = 0; i < n * width; i++) a[i] = f(z[i]);
            return a;
          },
          backward(da, n, needed) {
            if (!needed) return undefined;
            for (let i = 0; i < n * width; i++) dz[i] = da[i] * slope(input[i]);
            return dz;
          },
        };
      },
    }),
  };
}

interface Scale {
  readonly forward: (x: number, w: number) => number;
  readonly dx: (da: number, x: number, w: number) => number;
  readonly dw: (da: number, x: number, w: number) => number;
}

const right: Scale = { forward: (x, w) => w * x, dx: (da, _, w) => da * w, dw: (da, x) => da * x };

/** A layer with a weight for each unit, `a = w x`, right but for what is changed. */
export function scale(
  change: Partial<Scale> = {},
  pass: (right: LayerPass, dw: Vector) => Partial<LayerPass> = () => ({}),
): Layer {
  const { forward, dx, dw } = { ...right, ...change };
  return {
    kind: 'scale',
    options: {},
    plan: (width) => ({
      width,
      parameters: [{ name: 'w', shape: [width], fanIn: width, fanOut: width, initializer: constant(1) }],
      build({ engine, rows, parameters: [w] }) {
        const a = engine.vector(rows * width);
        const d = engine.vector(rows * width);
        let input = a;
        const own: LayerPass = {
          forward(x, n) {
            input = x;
            for (let i = 0; i < n * width; i++) a[i] = forward(x[i], w.value[i % width]);
            return a;
          },
          backward(da, n, needed) {
            w.gradient.fill(0);
            for (let i = 0; i < n * width; i++) {
              w.gradient[i % width] += dw(da[i], input[i], w.value[i % width]);
              d[i] = dx(da[i], input[i], w.value[i % width]);
            }
            return needed ? d : undefined;
          },
        };
        return { ...own, ...pass(own, w.gradient) };
      },
    }),
  };
}
