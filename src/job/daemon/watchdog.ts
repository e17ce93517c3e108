import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What the thread of a watchdog is told. */
export interface WatchdogData {
  /** One 32-bit counter, which goes up while the process lives. */
  readonly beats: SharedArrayBuffer;
  readonly limitMs: number;
  /** What is said of a process that is ended. */
  readonly message: string;
}

/**
 * Ends this process, with SIGKILL and a line on stderr, when its thread has stood still for so long. An embedded PostgreSQL does
 * so for ever when its log finds no space on its disk: nothing that runs in the thread can notice.
 *
 * @returns ends the watch
 */
export function watchdog(limitMs: number, message: string): () => Promise<void> {
  const beats = new SharedArrayBuffer(4);
  const counter = new Int32Array(beats);
  const workerData: WatchdogData = { beats, limitMs, message };
  const thread = new Worker(new URL(`./watchdogThread${extname(import.meta.url)}`, import.meta.url), {
    workerData,
    // What the program was started with is not for this file: `--input-type`, `--inspect-brk`.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  });
  thread.unref();
  const timer = setInterval(() => Atomics.add(counter, 0, 1), limitMs / 10).unref();
  return async () => {
    clearInterval(timer);
    await thread.terminate();
  };
}
