import { ShapeError } from '../errors.ts';
import type { Json } from '../json.ts';
import { type Bound, bound, listOf } from '../options/bounds.ts';
import type { BufferSpec, Layer, LayerMemory, LayerPass, LayerPlan, ParameterSpec } from './layer.ts';

/**
 * Layers one after the other, as one: for layers that are made of layers. Parameters and buffers are named as in a network of their own,
 * `1.dense.w`, and take their place in the order of the layers.
 *
 * @throws ShapeError where a layer cannot take the width before it
 */
export function planSequence(layers: readonly Layer[], width: number, following: readonly Layer[]): LayerPlan {
  let units = width;
  const plans = layers.map((layer, i) => {
    const plan = planLayer(layer, i + 1, units, [...layers.slice(i + 1), ...following]);
    units = plan.width;
    return plan;
  });
  const named = <Spec extends ParameterSpec | BufferSpec>(specs: readonly Spec[], i: number): Spec[] =>
    specs.map((spec) => ({ ...spec, name: `${i + 1}.${layers[i].kind}.${spec.name}` }));
  return {
    width: units,
    parameters: plans.flatMap(({ parameters }, i) => named(parameters, i)),
    buffers: plans.flatMap(({ buffers = [] }, i) => named(buffers, i)),
    build: (memory) => chain(buildInTurn(plans, memory)),
  };
}

/** Builds plans that stand side by side. */
export function buildEach(plans: readonly LayerPlan[], memory: LayerMemory): LayerPass[] {
  const own = memoryOfEach(plans, memory);
  return plans.map((plan, i) => plan.build(own[i]));
}

/** Builds plans that follow each other: a layer and the elementwise one after it in one, where the layer can. */
export function buildInTurn(plans: readonly LayerPlan[], memory: LayerMemory): LayerPass[] {
  const own = memoryOfEach(plans, memory);
  const passes: LayerPass[] = [];
  while (passes.length < plans.length) {
    const i = passes.length;
    const { build, buildWith } = plans[i];
    const following = plans[i + 1]?.elementwise;
    if (buildWith && following) passes.push(...buildWith(following, own[i]));
    else passes.push(build(own[i]));
  }
  return passes;
}

/** Gives each plan its part of the memory, and its own path. */
function memoryOfEach(
  plans: readonly LayerPlan[],
  { parameters, buffers, path, ...shared }: LayerMemory,
): LayerMemory[] {
  let [next, nextBuffer] = [0, 0];
  return plans.map((plan, i) => {
    const [begin, beginBuffer] = [next, nextBuffer];
    next += plan.parameters.length;
    nextBuffer += plan.buffers?.length ?? 0;
    return {
      ...shared,
      parameters: parameters.slice(begin, next),
      buffers: buffers.slice(beginBuffer, nextBuffer),
      path: [...path, i + 1],
    };
  });
}

const layerBound: Bound<Layer> = bound(
  'a layer',
  (value) =>
    typeof (value as Layer | null | undefined)?.plan === 'function' && typeof (value as Layer).kind === 'string',
);

/** Layers one after the other. */
export const layersBound: Bound<readonly Layer[]> = listOf('layers', layerBound, 1);

/** What `describe` and the pipeline's hash know of layers within a layer. */
export function describeLayers(layers: readonly Layer[]): Json {
  return layers.map(({ kind, options }) => ({ kind, options }));
}

function chain(passes: readonly LayerPass[]): LayerPass {
  return {
    forward: (x, n, mode, batch) => passes.reduce((a, pass) => pass.forward(a, n, mode, batch), x),
    backward(da, n, needed) {
      let gradient = da;
      for (let i = passes.length - 1; i >= 0; i--) {
        const dx = passes[i].backward(gradient, n, needed || i > 0);
        if (dx === undefined) return undefined;
        gradient = dx;
      }
      return gradient;
    },
  };
}

/**
 * Plans a layer.
 *
 * @param number of the layer, from 1
 * @throws ShapeError that says which layer it is, where its width does not fit
 */
export function planLayer(layer: Layer, number: number, width: number, following: readonly Layer[]): LayerPlan {
  try {
    return layer.plan(width, following);
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    const { where, expected, received, hint } = cause;
    // A layer within one is named before the one that holds it.
    const within = where.startsWith('layer ') ? `${where} of ` : '';
    throw new ShapeError({ where: `${within}layer ${number} (${layer.kind})`, expected, received, hint, cause });
  }
}
