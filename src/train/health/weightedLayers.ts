import type { Vector } from '../../engine/types.ts';
import type { Network } from '../../network/network.ts';
import type { Weights } from './copiedUnits.ts';

/** A weight matrix of a network, with its gradient. */
export interface WeightedLayer extends Weights {
  /** `3.dense`; for a layer inside of another the name of that goes before. */
  readonly layer: string;
  /** Where the matrix lies in the flat vector. */
  readonly offset: number;
  /** What goes into the layer, in `network.activations()`; undefined for a layer inside of another. */
  readonly inputIndex: number | undefined;
  /** Whether its units are the network's output. */
  readonly isLast: boolean;
}

/**
 * The matrices `[inputs, units]` of a network, in its order. Embeddings are left out: of their rows a step moves but a few.
 */
export function weightedLayers({ places, layers, parameters, gradient, outputs }: Network): readonly WeightedLayer[] {
  const embeddings = new Set(layers.filter(({ kind }) => kind === 'embedding').map(({ name }) => name));
  const declared = layers.filter(({ name }) => !embeddings.has(name)).map(({ name }) => name);
  const part = (vector: Vector, offset: number, length: number) => vector.subarray(offset, offset + length);
  const found = places.flatMap(({ name, shape, offset, length }) => {
    const layer = name.slice(0, name.lastIndexOf('.'));
    if (shape.length !== 2 || embeddings.has(layer)) return [];
    const bias = places.find((place) => place.name === `${layer}.b`);
    const index = declared.indexOf(layer);
    return {
      layer,
      offset,
      inputs: shape[0],
      units: shape[1],
      w: part(parameters, offset, length),
      dw: part(gradient, offset, length),
      ...(bias && { b: part(parameters, bias.offset, bias.length) }),
      inputIndex: index < 0 ? undefined : index,
    };
  });
  return found.map((layer, i) => ({ ...layer, isLast: i === found.length - 1 && layer.units === outputs }));
}
