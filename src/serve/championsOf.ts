import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../errors.ts';
import { sharesPath } from '../job/registry/pointers.ts';
import { isObject } from '../options/bounds.ts';
import { shownValue } from '../options/shown.ts';

/**
 * The share of requests that an alias of each job answers beside its champion, as `millrace promote --share` has put it into the registry of a home
 * folder.
 *
 * @returns a function for the option `trial.share` of `serve`
 * @example
 * ```ts
 * const server = await serve({
 *   models: championsOf('.millrace'),
 *   challengers: championsOf('.millrace', 'challenger'),
 *   trial: { by: 'customer', share: sharesOf('.millrace') },
 *   port: 0,
 * });
 * await server.close();
 * ```
 */
export function sharesOf(home: string, alias = 'challenger'): () => Promise<Record<string, number>> {
  const find = championsOf(home, alias);
  return async () => {
    const found: Record<string, number> = {};
    for (const job of Object.keys(await find())) {
      const share = (await sharesIn(join(home, sharesPath(job))))[alias];
      if (share !== undefined) found[job] = share;
    }
    return found;
  };
}

async function sharesIn(path: string): Promise<Readonly<Record<string, number>>> {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const expected = 'shares by alias, as millrace promote --share writes them';
  try {
    const shares = JSON.parse(text);
    if (isObject(shares)) return shares as Readonly<Record<string, number>>;
  } catch (cause) {
    throw new SourceError({ where: path, expected, received: shownValue(text), cause });
  }
  throw new SourceError({ where: path, expected, received: shownValue(text) });
}

/**
 * The champions in a home folder of jobs, by the names of the jobs: those that are there at each look, so that a job's first champion is served, too.
 *
 * @param alias another version than the champion: `challenger`, for the option `challengers`
 * @returns a function for the option `models` of `serve`
 * @example
 * ```ts
 * const server = await serve({ models: championsOf('.millrace'), port: 0 });
 * await server.close();
 * ```
 */
export function championsOf(home: string, alias = 'champion'): () => Promise<Record<string, string>> {
  return async () => {
    const jobs = await readdir(join(home, 'models')).catch((error) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const found: Record<string, string> = {};
    for (const job of jobs.sort()) {
      const path = join(home, 'models', job, `${alias}.safetensors`);
      // A pointer may lead nowhere while it is replaced.
      if (await stat(path).catch(() => undefined)) found[job] = path;
    }
    return found;
  };
}
