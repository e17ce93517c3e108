import { loadCheckpoint } from '../checkpoint/loadCheckpoint.ts';
import { ResumeError } from '../errors.ts';
import type { Network } from '../network/network.ts';
import { type Preprocessor, restorePreprocessor } from '../preprocess/preprocessor.ts';
import type { ParameterPlace, Snapshot, Tensor, Vector } from '../types.ts';
import { assertSameModel, describePipeline } from './description.ts';
import type { Pipeline } from './pipeline.ts';
import type { SavedState } from './runState.ts';

/** What training takes over from a trained model. */
export interface WarmStart {
  readonly preprocessor: Preprocessor;
  /** Puts the model's parameters and buffers into a network. */
  begin(network: Network): void;
}

/**
 * Loads a model that training begins from.
 *
 * @param path its checkpoint
 * @throws CheckpointError where it cannot be loaded
 * @throws ResumeError where the pipeline has other features, another target, network or loss
 */
export async function warmStart(path: string, pipeline: Pipeline): Promise<WarmStart> {
  const snapshot = await loadCheckpoint(path);
  const { pipeline: saved, preprocessor } = snapshot.state as unknown as SavedState;
  assertSameModel(path, saved, describePipeline(pipeline));
  return {
    preprocessor: restorePreprocessor(preprocessor),
    begin: (network) => takeParameters(network, path, snapshot),
  };
}

/**
 * Puts the parameters and buffers of a trained model into a network: those it is used with, so the moving average where there is one.
 *
 * @throws ResumeError where the checkpoint lacks one, or has it in another shape
 */
export function takeParameters(network: Network, where: string, { tensors }: Snapshot): void {
  const take = (vector: Vector, places: readonly ParameterPlace[]) => {
    for (const { name, shape, offset, length } of places) {
      const tensor: Tensor | undefined = tensors[`movingAverage/${name}`] ?? tensors[name];
      if (`${tensor?.shape}` !== `${shape}` || tensor?.data.length !== length) {
        throw new ResumeError({
          where,
          expected: `a tensor ${name} of shape [${shape.join(', ')}]`,
          received: tensor ? `[${tensor.shape.join(', ')}]` : 'none',
          hint: 'Train anew',
        });
      }
      vector.set(tensor.data, offset);
    }
  };
  take(network.parameters, network.places);
  take(network.buffers, network.bufferPlaces);
}
