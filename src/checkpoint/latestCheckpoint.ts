import { join } from 'node:path';
import { CheckpointError } from '../errors.ts';
import { listCheckpoints } from './checkpointName.ts';
import { loadCheckpoint } from './loadCheckpoint.ts';
import type { Snapshot } from './types.ts';

export interface FoundCheckpoint {
  readonly path: string;
  readonly snapshot: Snapshot;
  /** Newer ones that could not be used, newest first. */
  readonly damaged: readonly DamagedCheckpoint[];
}

export interface DamagedCheckpoint {
  readonly path: string;
  readonly error: CheckpointError;
}

/**
 * Finds and loads the newest checkpoint of a folder that is whole.
 *
 * @returns undefined where the folder has none, or does not exist
 * @throws CheckpointError of the newest where there are some and none is whole
 * @example
 * ```ts
 * const found = await latestCheckpoint('runs/flats/1/checkpoints');
 * if (found) console.log(found.path, Object.keys(found.snapshot.tensors));
 * ```
 */
export async function latestCheckpoint(directory: string): Promise<FoundCheckpoint | undefined> {
  const damaged: DamagedCheckpoint[] = [];
  for (const { name } of await listCheckpoints(directory)) {
    const path = join(directory, name);
    try {
      return { path, snapshot: await loadCheckpoint(path), damaged };
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      damaged.push({ path, error });
    }
  }
  if (damaged.length > 0) throw damaged[0].error;
  return undefined;
}
