import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HelperTask } from './helperTask.ts';
import { createLoadingLock, forbidLoading, type LoadingLock } from './loadingLock.ts';

/** A thread that shares an engine's tasks. */
export interface Helper {
  end(): Promise<unknown>;
}

/** Of the threads that there are: the process, or the thread that started them, may end at any moment. */
const locks = new Set<LoadingLock>();
let listens = false;

/** Starts a thread that shares an engine's tasks. It keeps no process alive; one that does not come up never takes part. */
export function startHelper(task: Omit<HelperTask, 'lock'>): Helper {
  const lock = createLoadingLock();
  const worker = new Worker(new URL(`./helperWorker${extname(import.meta.url)}`, import.meta.url), {
    workerData: { ...task, lock } satisfies HelperTask,
    // What the program was started with is not for this file: `--input-type`, `--inspect-brk`.
    execArgv: [],
    stdout: true,
    stderr: true,
    // Numbers live in the engine's memory; the thread has no objects to speak of.
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  locks.add(lock);
  if (!listens) process.on('exit', () => locks.forEach(forbidLoading));
  listens = true;
  worker.on('exit', () => locks.delete(lock));
  worker.on('error', () => {});
  worker.unref();
  return {
    end() {
      forbidLoading(lock);
      return worker.terminate();
    },
  };
}
