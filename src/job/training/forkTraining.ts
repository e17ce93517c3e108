import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrainingMessage } from '../types.ts';

/** The argument of a training process that serves one request after the other. */
export const lasting = '--lasting';

/**
 * Forks a training process: `types.ts` has what it is asked and what it says. A request may be sent at once, it need not be `ready`. What it
 * prints comes through `stdout` and `stderr`.
 *
 * @param args none, or `lasting`
 */
export function forkTraining(...args: readonly (typeof lasting)[]): ChildProcess {
  const path = fileURLToPath(new URL(`./trainingMain${extname(import.meta.url)}`, import.meta.url));
  // What the parent was started with is not for this file: `--input-type`, `--inspect-brk`. But it shall not take ever more memory for new objects,
  // as `millrace train` does not.
  return fork(path, args, {
    execArgv: ['--max-semi-space-size=8'],
    // What it prints goes to the log of its run, whatever this process prints.
    env: { ...compiled(), ...process.env, LOG: '' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** Where this process keeps what was compiled, if it does, in a folder for each version of Node: another starts in half the time from it. */
function compiled(): Readonly<Record<string, string>> {
  const folder = getCompileCacheDir?.();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

/** Whether a training process has said what it was asked for. */
export function isAnswer({ kind }: TrainingMessage): boolean {
  return kind === 'result' || kind === 'count' || kind === 'drift';
}
