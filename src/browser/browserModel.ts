import { decodeSnapshot } from '../checkpoint/snapshotFile.ts';
import { assembleModel } from '../model/assembleModel.ts';
import type { LoadModelOptions } from '../model/loadModel.ts';
import type { Model } from '../model/model.ts';
import { type ModelPlace, modelBytes } from '../model/modelBytes.ts';
import { unpackKernels } from './inlineKernels.ts';

export * from '../errors.ts';

/**
 * Loads a trained model in a browser, a worker, or at the edge: from its address, a response, a file that was dropped, or its bytes. It gives the same
 * bits as the engine `wasm-strict` in Node. Record batches, and sources, are for Node.
 *
 * @throws SourceError where it cannot be fetched
 * @throws CheckpointError where it is damaged or no model
 * @throws ResumeError where a function of the user's is missing
 * @example
 * ```ts
 * const model = await loadModel('/flats.safetensors');
 * model.predictRow({ size: 82, rooms: 3 });
 * ```
 */
export async function loadModel(from: string | ModelPlace, options: LoadModelOptions = {}): Promise<Model> {
  const [{ where, bytes }] = await Promise.all([modelBytes(from), unpackKernels()]);
  const tell = options.tell ?? ((line: string) => console.warn(line));
  return assembleModel(where, decodeSnapshot(bytes, where), { ...options, tell });
}
