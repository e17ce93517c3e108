import { join } from 'node:path/posix';

/**
 * Where all that a run writes lies, from the home folder on; a folder in it for each lease.
 *
 * @example runFolder('nightly', 7) //=> 'runs/nightly/7'
 */
export function runFolder(job: string, run: number): string {
  return join('runs', job, `${run}`);
}

/**
 * Where the log of a run lies, from the home folder on. One that has grown has an older part beside it, with the ending `.1`.
 *
 * @example runLogPath('nightly', 7) //=> 'logs/nightly/7.log'
 */
export function runLogPath(job: string, run: number): string {
  return join('logs', job, `${run}.log`);
}
