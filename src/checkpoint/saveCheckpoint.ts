import { join } from 'node:path';
import { freeBuffer } from '../engine/freeBuffer.ts';
import { CheckpointError } from '../errors.ts';
import { type FileSystem, nodeFileSystem } from '../files/fileSystem.ts';
import { removeLeftovers, syncAbove, writeDurably } from '../files/writeDurably.ts';
import { integer, made, required } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { checkpointName, listCheckpoints } from './checkpointName.ts';
import { encodeSnapshot } from './snapshotFile.ts';
import type { Snapshot } from './types.ts';

export interface SaveOptions {
  /** The number of the last step that the snapshot holds; names the file. An integer, at least 0. */
  readonly step: number;
  /**
   * Checkpoints that stay in the folder; an integer, at least 1.
   * @default 3
   */
  readonly keep?: number;
  /**
   * Where the file goes.
   * @default that of Node
   */
  readonly fileSystem?: FileSystem;
}

/**
 * Saves a snapshot as `step-000000500.safetensors` in a folder, which is made when it is not there. The snapshot is copied
 * before this returns its promise; when that is settled the file is durable, and only then have older ones been removed.
 *
 * Files of later steps are removed too: the run went back behind them, and they must not be taken for its newest.
 *
 * @returns the path of the file
 * @throws CheckpointError where the snapshot cannot be encoded or the file not be written; what was there before stays
 * @throws OptionError where `step` or `keep` is out of bounds
 * @example
 * ```ts
 * const snapshot = await loadCheckpoint('runs/flats/1/checkpoints/step-000001500.safetensors');
 * const path = await saveCheckpoint('kept', snapshot, { step: 1500 });
 * console.log(path);
 * ```
 */
export async function saveCheckpoint(directory: string, snapshot: Snapshot, options: SaveOptions): Promise<string> {
  checkOptions<SaveOptions>('saveCheckpoint', options, {
    step: required(integer({ least: 0 })),
    keep: integer({ least: 1 }),
    fileSystem: made<FileSystem>('a file system', 'rename'),
  });
  const { step, keep = 3, fileSystem = nodeFileSystem } = options;
  const bytes = await encodeSnapshot(snapshot);
  const path = join(directory, checkpointName(step));
  try {
    await fileSystem.mkdir(directory);
    if ((await listCheckpoints(directory, fileSystem)).length === 0) await syncAbove(directory, fileSystem);
    await removeLeftovers(directory, 'step-', fileSystem);
    await writeDurably(path, bytes, fileSystem);
    const all = await listCheckpoints(directory, fileSystem);
    const kept = all.filter((other) => other.step <= step).slice(0, keep);
    for (const other of all) if (!kept.includes(other)) await fileSystem.rm(join(directory, other.name));
  } catch (cause) {
    throw new CheckpointError({
      where: path,
      expected: 'a folder that can be written to',
      received: cause instanceof Error ? cause.message : String(cause),
      hint: 'Check its permissions and the space on the disk',
      cause,
    });
  } finally {
    freeBuffer(bytes.buffer);
  }
  return path;
}
