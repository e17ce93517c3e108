/** The thread of a watchdog. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { createStallDetector } from '../clock/stallDetector.ts';
import type { WatchdogData } from './watchdog.ts';

const { beats, limitMs, message } = workerData as WatchdogData;
const counter = new Int32Array(beats);
// When the process is suspended, or the machine sleeps, this thread stands still as well, which says nothing.
const main = createStallDetector({ pauseMs: limitMs / 2 });

setInterval(() => {
  if (!main.isStalled(`${Atomics.load(counter, 0)}`, limitMs)) return;
  // Standard error as the thread has it goes through the process's main thread, which does not listen.
  writeSync(2, `${message}\n`);
  process.kill(process.pid, 'SIGKILL');
}, limitMs / 5);
