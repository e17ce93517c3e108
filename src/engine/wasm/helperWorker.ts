/** The thread of a helper: an instance of its own over the engine's memory, which works until the thread is ended. */
import { workerData } from 'node:worker_threads';
import type { HelperTask } from './helperTask.ts';
import type { KernelExports } from './kernelExports.ts';

const { module, memory, scratch } = workerData as HelperTask;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
(exports as KernelExports).help(scratch);
