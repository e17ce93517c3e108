import { readFile, stat } from 'node:fs/promises';
import { CheckpointError } from '../errors.ts';
import { type Bound, bound } from '../options/bounds.ts';
import { checkOption } from '../options/checkOptions.ts';

/** A file, or its bytes. */
export const filePlace: Bound<string | Uint8Array> = bound(
  'the path of a file, or its bytes',
  (value) => (typeof value === 'string' && value !== '') || value instanceof Uint8Array,
);

/** What a file holds, and its name for errors. */
export interface ModelFile {
  readonly where: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads a file of a model of another program.
 *
 * @param by the function that was asked for it
 * @throws CheckpointError where it cannot be read
 */
export async function readModelFile(by: string, from: string | Uint8Array): Promise<ModelFile> {
  checkOption(`${by}: from`, from, filePlace);
  if (typeof from !== 'string') return { where: `${by}: the bytes`, bytes: from };
  try {
    if (!(await stat(from)).isFile()) throw new Error('no file');
    return { where: from, bytes: await readFile(from) };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new CheckpointError({
      where: from,
      expected: 'a file',
      received: code === 'ENOENT' ? 'no such file' : message,
      cause,
    });
  }
}
