import { encodeSafetensors } from '../../checkpoint/safetensors.ts';
import type { Tensor } from '../../checkpoint/types.ts';
import type { Json } from '../../json.ts';
import { savedDerivation } from '../../model/restoreDerivation.ts';
import { restoreLayer } from '../../model/restoreLayer.ts';
import type { SavedModel } from '../../model/savedModel.ts';
import { modelColumns } from '../../model/schema.ts';
import { planNetwork } from '../../network/planNetwork.ts';
import { neededDerivations, sourceColumns } from '../../preprocess/derive/sourceColumns.ts';
import type { Fitted } from '../../preprocess/fit/fitted.ts';
import type { RowLayout } from '../../preprocess/types.ts';
import { version } from '../../version.ts';
import type { TrainedNetwork } from '../trainedNetwork.ts';
import { torchModules } from './torchModule.ts';
import { isTransposed, torchName, transpose } from './torchNames.ts';

/** Tells a description of weights from other JSON. */
export const WEIGHTS_FORMAT = 'millrace-weights';

/** Tensors in PyTorch's naming and layout, and what they are of. */
export interface ExportedWeights {
  /** A safetensors file. */
  readonly weights: Uint8Array;
  /** What is beside it: architecture and preprocessing, as plain JSON. */
  readonly description: { readonly [key: string]: Json };
}

/**
 * The parameters of a network as `state_dict()` of `nn.Sequential` has them, in float32.
 *
 * @param layout what goes into it
 * @throws OptionError where a layer is the user's own
 */
export function weightsOf(network: TrainedNetwork, layout: RowLayout): ExportedWeights {
  const { where, layers } = network;
  const modules = torchModules(where, layers, layout.width);
  const plan = planNetwork({ layers: layers.map((layer) => restoreLayer(where, layer)), layout });
  const tensors: [string, Tensor][] = [...plan.places, ...plan.bufferPlaces].map(({ name }, i) => {
    const { shape, data } = network.tensor(name);
    if (i < plan.embeddings.length) return [`embeddings.${i}.weight`, { shape, data: Float32Array.from(data) }];
    const own = isTransposed(name) ? transpose({ shape, data }) : { shape, data: Float32Array.from(data) };
    return [torchName(name), own];
  });
  const embeddings = plan.embeddings.map(({ name, column, size, width }, i) => ({
    feature: name,
    tensor: `embeddings.${i}.weight`,
    codes: size,
    width,
    column,
  }));
  return {
    // So do the libraries of Hugging Face mark what PyTorch has written.
    weights: encodeSafetensors({ tensors: Object.fromEntries(tensors), metadata: { format: 'pt' } }),
    description: {
      format: WEIGHTS_FORMAT,
      version: 1,
      millrace: version,
      inputs: layout.width,
      ...(embeddings.length > 0 && { embeddings }),
      network: modules as unknown as Json,
    },
  };
}

/** What else is to be known of a model: from its columns to x, and from the network's outputs to answers. */
export function modelDescription(saved: SavedModel): { readonly [key: string]: Json } {
  const { name, hash, step, preprocessor, loss, answers } = saved;
  const fitted = preprocessor.state as unknown as Fitted;
  const features = fitted.features.map((feature) => feature.name);
  const all = saved.derive.map(savedDerivation);
  const derivations = neededDerivations(all, features);
  const columns = modelColumns(fitted, derivations, sourceColumns(all, features), saved.types);
  const placed = preprocessor.layout.fields.filter(({ kind }) => kind !== 'target' && kind !== 'weight');
  return {
    name,
    hash,
    step,
    columns: columns.map(({ name, kind, nullable }) => ({ name, kind, nullable })),
    derive: derivations.map((derivation) => derivation.saved),
    features: fitted.features.map((feature) => {
      const field = placed.find((each) => each.name === feature.name);
      return { ...feature, column: field && 'column' in field ? field.column : null } as unknown as Json;
    }),
    target: fitted.target as unknown as Json,
    loss,
    answers: { threshold: answers.threshold, calibration: answers.calibration } as unknown as Json,
  };
}
