import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodeSnapshot } from '../../checkpoint/snapshotFile.ts';
import { CheckpointError } from '../../errors.ts';

/**
 * Holds a checkpoint against what the registry knows of it.
 *
 * @throws CheckpointError where there is no such file, it is damaged, or it is another
 */
export async function verifyCheckpoint(path: string, sha256: string): Promise<void> {
  const bytes = await readFile(path).catch((cause) => {
    throw new CheckpointError({
      where: path,
      expected: 'the checkpoint of a version',
      received: cause.code === 'ENOENT' ? 'no such file' : cause.message,
      cause,
    });
  });
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== sha256) {
    throw new CheckpointError({ where: path, expected: `a file with sha256 ${sha256}`, received: hash });
  }
  decodeSnapshot(bytes, path);
}
