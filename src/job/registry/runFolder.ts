import { join } from 'node:path/posix';

/**
 * Where all that a run writes lies, from the home folder on; a folder in it for each lease.
 *
 * @example runFolder('nightly', 7) //=> 'runs/nightly/7'
 */
export function runFolder(job: string, run: number): string {
  return join('runs', job, `${run}`);
}
