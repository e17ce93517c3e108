import type { Tensor } from '../checkpoint/types.ts';
import { CheckpointError } from '../errors.ts';
import type { SavedMember, SavedModel } from '../model/savedModel.ts';

/** Layers as plain data, and what they have learned. */
export interface TrainedNetwork {
  /** Names it, for errors. */
  readonly where: string;
  readonly layers: readonly SavedMember[];
  /** By the names of a network's parameters and buffers: `1.dense.w`. */
  tensor(name: string): Tensor;
}

/** The network of a model as it is used: with the moving average of its parameters, where there is one. */
export function networkOf(where: string, { network, tensors }: SavedModel): TrainedNetwork {
  return {
    where,
    layers: network,
    tensor(name) {
      const tensor = tensors[`movingAverage/${name}`] ?? tensors[name];
      if (tensor) return tensor;
      throw new CheckpointError({ where, expected: `a tensor ${name}`, received: 'none', hint: 'Train anew' });
    },
  };
}
