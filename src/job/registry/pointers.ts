import { link, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Database } from '../database/database.ts';

/**
 * Where the checkpoint lies that an alias points to, from the home folder on: `models/nightly/champion.safetensors`.
 *
 * @example pointerPath('nightly', 'champion') //=> 'models/nightly/champion.safetensors'
 */
export function pointerPath(job: string, alias: string): string {
  return join('models', job, `${alias}${ending}`);
}

const ending = '.safetensors';

/**
 * Brings the pointers of a job to what the registry says: symbolic links, each renamed into place, so that whoever opens one gets the old
 * model or the new one, whole. One process at a time does so for a job, after which the registry is asked.
 */
export async function writePointers(database: Database, home: string, job: string): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query(`select pg_advisory_xact_lock(hashtext('millrace.pointers'), hashtext($1))`, [job]);
    const aliases = await sql.query<{ name: string; checkpoint: string }>(
      `select a.name, v.checkpoint from millrace.alias a
       join millrace.version v on v.job = a.job and v.number = a.version where a.job = $1`,
      [job],
    );
    const folder = join(home, 'models', job);
    for (const { name, checkpoint } of aliases)
      await pointTo(join(home, pointerPath(job, name)), join(home, checkpoint));
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const isKnown = aliases.some((alias) => name === `${alias.name}${ending}`);
      if (!isKnown) await rm(join(folder, name), { force: true });
    }
  });
}

async function pointTo(path: string, target: string): Promise<void> {
  const to = relative(dirname(path), target);
  if ((await readlink(path).catch(() => undefined)) === to) return;
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.tmp`;
  await rm(unfinished, { force: true });
  await symlink(to, unfinished).catch(async (error) => {
    // Windows lets few users make symbolic links; a second name for the file does as well.
    if (error.code !== 'EPERM') throw error;
    await rm(path, { force: true });
    await link(target, unfinished);
  });
  await rename(unfinished, path);
}
