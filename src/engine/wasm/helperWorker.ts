/** The thread of a helper: an instance of its own over the engine's memory, which works until the thread is ended. */
import { workerData } from 'node:worker_threads';
import type { HelperTask } from './helperTask.ts';
import type { KernelExports } from './kernelExports.ts';
import { loadUnder } from './loadingLock.ts';
import { libraryProduct, noLibrary, type Sgemm } from './productLibrary.ts';

const { module, memory, scratch, library, lock } = workerData as HelperTask;
let sgemm: typeof noLibrary | undefined = noLibrary;
if (library) {
  const { sgemmAt }: { sgemmAt(path: string): Sgemm } = await import(library.module);
  sgemm = loadUnder(lock, () => libraryProduct(sgemmAt(library.path), library.base));
}
if (sgemm) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, sgemm } });
  (exports as KernelExports).help(scratch);
}
