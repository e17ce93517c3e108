/** The thread of a watchdog. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { WatchdogData } from './watchdog.ts';

const { beats, limitMs, message } = workerData as WatchdogData;
const counter = new Int32Array(beats);
let seen = -1;
let since = performance.now();

setInterval(() => {
  const now = performance.now();
  const count = Atomics.load(counter, 0);
  if (count !== seen) {
    seen = count;
    since = now;
  } else if (now - since > limitMs) {
    // Standard error as the thread has it goes through the process's main thread, which does not listen.
    writeSync(2, `${message}\n`);
    process.kill(process.pid, 'SIGKILL');
  }
}, limitMs / 5);
