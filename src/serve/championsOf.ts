import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

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
