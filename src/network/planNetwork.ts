import type { Json } from '../json.ts';
import { type Fields, objectOf, required } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { EmbeddingField, RowLayout } from '../preprocess/types.ts';
import { normal } from './initializers/normal.ts';
import type { ActivationFacts, BufferSpec, Layer, LayerPlan, ParameterSpec } from './layer.ts';
import { observeActivation } from './observeActivation.ts';
import { layersBound, planLayer } from './sequence.ts';
import type { ParameterPlace } from './types.ts';

/** What one layer is, for people. Embeddings are described as layers of their own, before the others. */
export interface LayerDescription {
  /** Number, from 1, and kind: `2.relu`; feature and kind for an embedding: `origin.embedding`. */
  readonly name: string;
  readonly kind: string;
  readonly options: { readonly [key: string]: Json };
  /** Width in; for an embedding the number of its codes. */
  readonly inputs: number;
  /** Width out. */
  readonly outputs: number;
  /** Numbers that it learns. */
  readonly parameters: number;
  /** Where it is an activation. */
  readonly activation?: ActivationFacts;
}

/** A network before it has any memory. */
export interface NetworkPlan {
  /** Columns of x. */
  readonly inputs: number;
  /** Units of the last layer. */
  readonly outputs: number;
  /** Embeddings first, then the layers in their order. */
  readonly layers: readonly LayerDescription[];
  /** Where each parameter lies in the flat vector; no gaps. */
  readonly places: readonly ParameterPlace[];
  /** The length of the flat vector. */
  readonly parameters: number;
  /** What each of `places` asked for. */
  readonly specs: readonly ParameterSpec[];
  /** Where each buffer lies in the flat vector of buffers; no gaps. */
  readonly bufferPlaces: readonly ParameterPlace[];
  /** The length of the flat vector of buffers. */
  readonly buffers: number;
  /** What each of `bufferPlaces` asked for. */
  readonly bufferSpecs: readonly BufferSpec[];
  /** The embeddings of the row layout, in its order; the first of `places` are their tables. */
  readonly embeddings: readonly EmbeddingField[];
  /** One for each declared layer. */
  readonly plans: readonly LayerPlan[];
}

export interface PlanOptions {
  /** The layers, input first; at least one. */
  readonly layers: readonly Layer[];
  /** How the network's input is laid out. */
  readonly layout: RowLayout;
}

/** What each of them may be. */
export const planFields: Fields<PlanOptions> = {
  layers: required(layersBound),
  layout: required(objectOf<RowLayout>('the layout of a preprocessor, as preprocessor.layout')),
};

/**
 * Fits the layers to the width of the rows and lays their parameters out in one flat vector. Takes no memory.
 *
 * The table of an embedding begins with normally distributed numbers of deviation `1/sqrt(width)`: rows of length about 1.
 * @throws OptionError where there is no layer
 * @throws ShapeError where a layer cannot take the width before it
 * @example
 * ```ts
 * const rows = memory([{ x: 1, y: 2 }, { x: 3, y: 4 }]);
 * const fitter = createFitter({ features: { x: numeric() }, target: regression('y') }, await rows.schema());
 * await createGate().open(rows).forEach((batch) => fitter.add(batch));
 * const { layout } = fitter.finish();
 * planNetwork({ layers: [dense(4), relu(), dense(1)], layout }).places.map(({ name }) => name); //=> ['1.dense.w', '1.dense.b', '3.dense.w', '3.dense.b']
 * ```
 */
export function planNetwork(options: PlanOptions): NetworkPlan {
  checkOptions('planNetwork', options, planFields);
  const { layers, layout } = options;
  const described: LayerDescription[] = [];
  const places: ParameterPlace[] = [];
  const specs: ParameterSpec[] = [];
  const bufferPlaces: ParameterPlace[] = [];
  const bufferSpecs: BufferSpec[] = [];

  function place(
    layer: Omit<LayerDescription, 'parameters'>,
    wanted: readonly ParameterSpec[],
    kept: readonly BufferSpec[] = [],
  ): void {
    const begin = endOf(places);
    for (const spec of wanted) places.push(placeAfter(places, layer.name, spec));
    for (const spec of kept) bufferPlaces.push(placeAfter(bufferPlaces, layer.name, spec));
    specs.push(...wanted);
    bufferSpecs.push(...kept);
    described.push({ ...layer, parameters: endOf(places) - begin });
  }

  const embeddings = layout.fields.filter((field) => field.kind === 'embedding');
  for (const { name, size, width } of embeddings) {
    const initializer = normal({ deviation: 1 / Math.sqrt(width) });
    place({ name: `${name}.embedding`, kind: 'embedding', options: { size, width }, inputs: size, outputs: width }, [
      { name: 'w', shape: [size, width], fanIn: size, fanOut: width, initializer },
    ]);
  }

  let width = layout.width;
  const plans = layers.map((layer, i) => {
    const { kind, options } = layer;
    const plan = planLayer(layer, i + 1, width, layers.slice(i + 1));
    const activation = layer.activation ?? observeActivation(layer);
    place(
      {
        name: `${i + 1}.${kind}`,
        kind,
        options,
        inputs: width,
        outputs: plan.width,
        ...(activation && { activation }),
      },
      plan.parameters,
      plan.buffers,
    );
    width = plan.width;
    return plan;
  });
  return {
    inputs: layout.width,
    outputs: width,
    layers: described,
    places,
    parameters: endOf(places),
    specs,
    bufferPlaces,
    buffers: endOf(bufferPlaces),
    bufferSpecs,
    embeddings,
    plans,
  };
}

/** The end of the last place: the length of the flat vector so far. */
function endOf(places: readonly ParameterPlace[]): number {
  const last = places.at(-1);
  return last ? last.offset + last.length : 0;
}

function placeAfter(
  places: readonly ParameterPlace[],
  layer: string,
  spec: ParameterSpec | BufferSpec,
): ParameterPlace {
  const { name, shape } = spec;
  const length = shape.reduce((product, size) => product * size, 1);
  return { name: `${layer}.${name}`, shape, offset: endOf(places), length };
}
