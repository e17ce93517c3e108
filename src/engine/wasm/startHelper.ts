import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HelperTask } from './helperTask.ts';

/** Starts a thread that shares an engine's tasks. It keeps no process alive; one that does not come up never takes part. */
export function startHelper(workerData: HelperTask): Worker {
  const worker = new Worker(new URL(`./helperWorker${extname(import.meta.url)}`, import.meta.url), {
    workerData,
    // What the program was started with is not for this file: `--input-type`, `--inspect-brk`.
    execArgv: [],
    stdout: true,
    stderr: true,
    // Numbers live in the engine's memory; the thread has no objects to speak of.
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  worker.on('error', () => {});
  worker.unref();
  return worker;
}
