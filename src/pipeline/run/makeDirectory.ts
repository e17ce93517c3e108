import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CheckpointError } from '../../errors.ts';

/**
 * Makes a folder, and those above it, where there is none.
 *
 * @throws CheckpointError where that cannot be done
 */
export async function makeDirectory(directory: string): Promise<void> {
  await makeWithParents(directory).catch((cause) => {
    throw new CheckpointError({
      where: directory,
      expected: 'a folder that can be written to',
      received: cause.message,
      hint: 'Choose another folder with --out, or make this one writable',
      cause,
    });
  });
}

/** The recursive `mkdir` of Node never ends below `/proc`, where the parent is there and nothing can be made in it. */
async function makeWithParents(directory: string): Promise<void> {
  const parent = dirname(directory);
  try {
    await mkdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && parent !== directory && !(await isDirectory(parent))) {
      await makeWithParents(parent);
      await mkdir(directory);
    } else if (!(await isDirectory(directory))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
