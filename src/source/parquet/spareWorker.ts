import type { Worker } from 'node:worker_threads';

/** Mostly a thread is wanted again at once: for the rows after the footer, for the epoch after the fit, for the next of many files. */
const keepMs = 2000;

interface Spare {
  readonly worker: Worker;
  readonly memoryMB: number;
  /** Is no spare any more. */
  release(): void;
}

let spare: Spare | undefined;

/**
 * Keeps a thread that has done its task for who comes next, and ends it where nobody has come for two seconds. One is kept at the most: another
 * that was kept before is ended.
 *
 * @param memoryMB the most that its decoder takes
 */
export function keepSpare(worker: Worker, memoryMB: number): void {
  endSpare();
  const timer = setTimeout(endSpare, keepMs).unref();
  const forget = () => spare?.release();
  const release = () => {
    clearTimeout(timer);
    worker.off('error', forget).off('exit', forget);
    spare = undefined;
  };
  worker.on('error', forget).on('exit', forget);
  spare = { worker, memoryMB, release };
}

/** The thread that is kept, where its decoder takes as much; it is not kept any more. */
export function takeSpare(memoryMB: number): Worker | undefined {
  if (spare?.memoryMB !== memoryMB) return undefined;
  const { worker, release } = spare;
  release();
  return worker;
}

/** Ends the thread that is kept, where nothing will be read soon: it holds some 60 MB. */
export function endSpare(): void {
  const worker = spare?.worker;
  // A last complaint of it is nobody's any more.
  worker?.on('error', () => {});
  spare?.release();
  void worker?.terminate();
}
