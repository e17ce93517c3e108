import { link, mkdir, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { writeDurably } from '../../files/writeDurably.ts';
import { lockPointers, type PointedAlias, readAliases } from '../store/aliasTable.ts';
import type { Database } from '../store/database.ts';

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
 * What aliases of a job answer a share of requests beside the champion, for servers of models: `models/nightly/shares.json`,
 * `{ "challenger": 0.1 }`. It is not there where there is none.
 */
export function sharesPath(job: string): string {
  return join('models', job, 'shares.json');
}

/**
 * Brings the pointers of a job to what the registry says: symbolic links, each renamed into place, so that whoever opens one gets the old
 * model or the new one, whole. One process at a time does so for a job, after which the registry is asked.
 */
export async function writePointers(database: Database, home: string, job: string): Promise<void> {
  await database.transaction(async (sql) => {
    await lockPointers(sql, job);
    const aliases = await readAliases(sql, [job]);
    const names = new Set(aliases.map(({ name }) => `${name}${ending}`));
    for (const alias of aliases) await pointTo(join(home, pointerPath(job, alias.name)), join(home, alias.checkpoint));
    for (const name of await namesIn(home, job)) {
      if (!names.has(name)) await rm(join(home, 'models', job, name), { force: true });
    }
    await writeShares(join(home, sharesPath(job)), sharesOf(aliases));
  });
}

/** The same for those of many jobs that are not right: what a process that died, or somebody else, has left. */
export async function repairPointers(database: Database, home: string, jobs: readonly string[]): Promise<void> {
  const aliases = await readAliases(database, jobs);
  for (const job of jobs) {
    const own = aliases.filter((alias) => alias.job === job);
    const names = await namesIn(home, job);
    const areRight = await Promise.all(
      own.map(({ name, checkpoint }) => pointsTo(join(home, pointerPath(job, name)), join(home, checkpoint))),
    );
    const hasShares = (await readShares(join(home, sharesPath(job)))) === sharesOf(own);
    if (names.length !== own.length || areRight.includes(false) || !hasShares) await writePointers(database, home, job);
  }
}

/** As the file has them; undefined where there are none. */
function sharesOf(aliases: readonly PointedAlias[]): string | undefined {
  const shares = aliases.filter(({ share }) => share !== null).map(({ name, share }) => [name, share] as const);
  return shares.length === 0 ? undefined : JSON.stringify(Object.fromEntries(shares.sort()));
}

function readShares(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function writeShares(path: string, shares: string | undefined): Promise<void> {
  if (shares === undefined) await rm(path, { force: true });
  else if ((await readShares(path)) !== shares) await writeDurably(path, new TextEncoder().encode(shares));
}

async function namesIn(home: string, job: string): Promise<readonly string[]> {
  const all = await readdir(join(home, 'models', job)).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return all.filter((name) => name !== basename(sharesPath(job)));
}

async function pointsTo(path: string, target: string): Promise<boolean> {
  return (await readlink(path).catch(() => undefined)) === relative(dirname(path), target);
}

async function pointTo(path: string, target: string): Promise<void> {
  if (await pointsTo(path, target)) return;
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.tmp`;
  await rm(unfinished, { force: true });
  await symlink(relative(dirname(path), target), unfinished).catch(async (error) => {
    // Windows lets few users make symbolic links; a second name for the file does as well.
    if (error.code !== 'EPERM') throw error;
    await rm(path, { force: true });
    await link(target, unfinished);
  });
  await rename(unfinished, path);
}
