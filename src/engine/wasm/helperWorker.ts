/** The thread of a helper: an instance of its own over the engine's memory, which works until the thread is ended. */
import { workerData } from 'node:worker_threads';
import { loadKoffi } from '../blas/loadKoffi.ts';
import { openSgemm } from '../blas/sgemm.ts';
import type { HelperTask } from './helperTask.ts';
import type { KernelExports } from './kernelExports.ts';
import { libraryProduct, noLibrary } from './libraryProduct.ts';
import { loadUnder } from './loadingLock.ts';

const { module, memory, scratch, library, lock } = workerData as HelperTask;
const sgemm = library
  ? loadUnder(lock, () => libraryProduct(openSgemm(loadKoffi().load(library.path)), library.base))
  : noLibrary;
if (sgemm) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, sgemm } });
  (exports as KernelExports).help(scratch);
}
