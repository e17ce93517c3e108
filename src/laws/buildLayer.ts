import type { Engine, Vector } from '../engine/types.ts';
import type { Layer, LayerPass, LayerPlan, Parameter } from '../network/layer.ts';
import { vectorOf } from './numbers.ts';

/** A layer at work outside of a network, with its parameters and buffers in hand. */
export interface BuiltLayer {
  readonly plan: LayerPlan;
  readonly parameters: readonly Parameter[];
  readonly buffers: readonly Vector[];
  readonly pass: LayerPass;
}

/**
 * Builds a layer for `rows` rows of `width` numbers.
 *
 * @param values the values of parameter `i`, of which there are `length`
 */
export function buildLayer(
  layer: Layer,
  width: number,
  engine: Engine,
  rows: number,
  values: (i: number, length: number) => ArrayLike<number>,
): BuiltLayer {
  const plan = layer.plan(width, []);
  const size = ({ shape }: { readonly shape: readonly number[] }) => shape.reduce((product, part) => product * part, 1);
  const parameters = plan.parameters.map((spec, i) => {
    const value = vectorOf(engine, values(i, size(spec)));
    return { value, gradient: engine.vector(value.length).fill(Number.NaN) };
  });
  const buffers = (plan.buffers ?? []).map((spec) => engine.vector(size(spec)).fill(spec.initial));
  return { plan, parameters, buffers, pass: plan.build({ engine, rows, parameters, buffers, seed: 7, path: [1] }) };
}
