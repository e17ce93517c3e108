import { decodeSafetensors } from '../../checkpoint/safetensors.ts';
import type { Layer } from '../../network/layer.ts';
import { layersBound } from '../../network/sequence.ts';
import { checkOption } from '../../options/checkOptions.ts';
import type { ImportedNetwork } from '../importedNetwork.ts';
import { readModelFile } from '../readModelFile.ts';
import { fromStateDict } from './fromStateDict.ts';

/**
 * Reads the parameters of a network from a safetensors file with the names and the layout of PyTorch's `nn.Sequential`: `0.weight` of
 * `[units, width in]`, `0.bias`, `1.running_mean`. Float16 and bfloat16 become float32.
 *
 * @param from the path of a file, or its bytes
 * @param layers one for each module, in their order, as `[dense(64), relu(), dense(1)]`
 * @throws CheckpointError where the file is damaged, a tensor is missing, or belongs to no layer
 * @throws ShapeError where a tensor does not fit its layer
 * @example
 * ```ts
 * const network = await fromSafetensors('weights.safetensors', [dense(64), relu(), dense(1)]);
 * console.log(network.forward([[0.5, -1, 2]]));
 * ```
 */
export async function fromSafetensors(from: string | Uint8Array, layers: readonly Layer[]): Promise<ImportedNetwork> {
  checkOption('fromSafetensors: layers', layers, layersBound);
  const { where, bytes } = await readModelFile('fromSafetensors', from);
  return fromStateDict(where, decodeSafetensors(bytes, where).tensors, layers);
}
