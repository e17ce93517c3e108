import { type FileSystem, nodeFileSystem } from '../files/fileSystem.ts';

/** The name of the checkpoint after a step. Names sort as their steps do. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(9, '0')}.safetensors`;
}

/** A checkpoint's file, by its name alone. */
export interface NamedCheckpoint {
  readonly name: string;
  readonly step: number;
}

/** The checkpoints in a folder, newest first; none where there is no such folder. */
export async function listCheckpoints(
  directory: string,
  fileSystem: Pick<FileSystem, 'readdir'> = nodeFileSystem,
): Promise<NamedCheckpoint[]> {
  const names = await fileSystem.readdir(directory).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const step = Number(/^step-(\d{9,15})\.safetensors$/.exec(name)?.[1] ?? Number.NaN);
      return Number.isNaN(step) ? [] : [{ name, step }];
    })
    .sort((a, b) => b.step - a.step);
}
