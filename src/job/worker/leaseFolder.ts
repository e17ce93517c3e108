import { cp, link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listCheckpoints } from '../../checkpoint/checkpointName.ts';

/**
 * Makes the folder of a lease in that of its run: a copy of the newest earlier one that has checkpoints, or empty. So a worker that was only
 * slow, and works on after its run was taken away, writes where nobody looks.
 *
 * @param run the folder of the run
 * @returns its path
 */
export async function leaseFolder(run: string, fence: number): Promise<string> {
  const folder = join(run, `${fence}`);
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const before = await newestWithCheckpoints(run, fence);
  if (before) await copy(before, unfinished);
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
  return folder;
}

async function newestWithCheckpoints(run: string, fence: number): Promise<string | undefined> {
  const names = await readdir(run);
  const earlier = names.filter((name) => /^\d+$/.test(name) && Number(name) < fence).map(Number);
  for (const number of earlier.sort((a, b) => b - a)) {
    const folder = join(run, `${number}`);
    if ((await listCheckpoints(join(folder, 'checkpoints'))).length > 0) return folder;
  }
  return undefined;
}

/** Checkpoints are never written to again, so that another name for each does; where a file system has no second names, a copy. */
async function copy(from: string, to: string): Promise<void> {
  await mkdir(join(to, 'checkpoints'));
  for (const { name } of await listCheckpoints(join(from, 'checkpoints'))) {
    const [old, own] = [join(from, 'checkpoints', name), join(to, 'checkpoints', name)];
    await link(old, own).catch(async (error) => {
      // Its writer, still at work, has removed it for a newer one.
      if (error.code !== 'ENOENT') await cp(old, own);
    });
  }
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'run.lock' || entry.name.endsWith('.tmp')) continue;
    await cp(join(from, entry.name), join(to, entry.name));
  }
}
