import type { Tensor } from '../checkpoint/types.ts';
import type { Vector } from '../engine/types.ts';
import { ResumeError } from '../errors.ts';
import type { Network } from '../network/network.ts';
import type { ParameterPlace } from '../network/types.ts';
import type { Saved } from './savedState.ts';

/**
 * Puts the parameters and buffers of a trained model into a network: those it is used with, so the moving average where there is one.
 *
 * @throws ResumeError where the checkpoint lacks one, or has it in another shape
 */
export function takeParameters(network: Network, { path: where, tensors }: Pick<Saved, 'path' | 'tensors'>): void {
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
