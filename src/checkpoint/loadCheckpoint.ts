import { readFile } from 'node:fs/promises';
import { CheckpointError } from '../errors.ts';
import { decodeSnapshot } from './snapshotFile.ts';
import type { Snapshot } from './types.ts';

/**
 * Loads a checkpoint.
 *
 * @throws CheckpointError where there is no such file, or it is damaged, cut or of another format
 * @example
 * ```ts
 * const { tensors } = await loadCheckpoint('runs/flats/1/checkpoints/step-000001500.safetensors');
 * console.log(Object.keys(tensors));
 * ```
 */
export async function loadCheckpoint(path: string): Promise<Snapshot> {
  const bytes = await readFile(path).catch((cause) => {
    throw new CheckpointError({
      where: path,
      expected: 'a checkpoint',
      received: cause.code === 'ENOENT' ? 'no such file' : cause.message,
      cause,
    });
  });
  return decodeSnapshot(bytes, path);
}
