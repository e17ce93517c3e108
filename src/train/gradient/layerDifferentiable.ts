import { referenceEngine } from '../../engine/reference/reference.ts';
import type { Vector } from '../../engine/types.ts';
import type { Layer } from '../../network/layer.ts';
import type { Differentiable } from './differentiable.ts';

/** Where the derivative of a layer is looked at. */
export interface LayerPoint {
  readonly layer: Layer;
  /** The layers after it. */
  readonly following: readonly Layer[];
  /** `[rows, width]` */
  readonly x: ArrayLike<number>;
  readonly rows: number;
  readonly width: number;
  /** The `i`th number of parameter `parameter`. */
  value(parameter: number, i: number): number;
  /** The `i`th weight of the sum of outputs that is differentiated. */
  weight(i: number): number;
}

const BATCH = [0, 0, 0];

/**
 * A layer as a number in float64, the weighted sum of its outputs: all derivatives of it are then those of its pullback at the weights.
 */
export function layerDifferentiable({ layer, following, x, rows, width, value, weight }: LayerPoint): Differentiable & {
  /** The output `[rows, width out]` at the values as they are. */
  output(): Vector;
} {
  const engine = referenceEngine();
  const plan = layer.plan(width, following);
  const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
  const parameters = plan.parameters.map(({ shape }, parameter) => ({
    value: engine.vector(sizeOf(shape)).map((_, i) => value(parameter, i)),
    gradient: engine.vector(sizeOf(shape)),
  }));
  const buffers = (plan.buffers ?? []).map(({ shape, initial }) => engine.vector(sizeOf(shape)).fill(initial));
  const kept = buffers.map((buffer) => buffer.slice());
  const pass = plan.build({ engine, rows, parameters, buffers, seed: 7, path: [1] });
  const input = engine.vector(rows * width);
  input.set(x);
  const da = engine.vector(rows * plan.width).map((_, i) => weight(i));
  let dx: Vector | undefined;

  function output(): Vector {
    buffers.forEach((buffer, i) => {
      buffer.set(kept[i]);
    });
    return pass.forward(input, rows, 'training', BATCH).subarray(0, rows * plan.width);
  }

  return {
    output,
    value() {
      const a = output();
      let sum = 0;
      for (let i = 0; i < da.length; i++) sum += da[i] * a[i];
      return sum;
    },
    differentiate() {
      output();
      dx = pass.backward(da.slice(), rows, true)?.slice(0, rows * width);
    },
    parts: [
      { name: 'input', shape: [rows, width], values: input, gradient: () => dx },
      ...plan.parameters.map(({ name, shape }, i) => ({
        name,
        shape,
        values: parameters[i].value,
        gradient: () => parameters[i].gradient,
      })),
    ],
  };
}
