/** A process of its own that ends threads while they load a library, and goes itself in the middle of one. */
import { Worker } from 'node:worker_threads';
import { findBlas } from '../../src/engine/blas/findBlas.ts';
import type { HelperTask } from '../../src/engine/wasm/helperTask.ts';
import { createLoadingLock, forbidLoading } from '../../src/engine/wasm/loadingLock.ts';
import { startHelper } from '../../src/engine/wasm/startHelper.ts';
import { createWasmMemory } from '../../src/engine/wasm/wasmMemory.ts';
import { wasmModule } from '../../src/engine/wasm/wasmModule.ts';

const { module } = wasmModule('relaxed')!;
const { memory, take } = createWasmMemory();
const { path, module: library } = findBlas();
const task = { module, memory, scratch: take(100_000).offset, library: { path, module: library, base: 0 } };
const never = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms: number) => Atomics.wait(never, 0, 0, ms);

const helperFile = new URL('../../src/engine/wasm/helperWorker.ts', import.meta.url);
for (let i = 0; i < 16; i++) {
  const lock = createLoadingLock();
  const worker = new Worker(helperFile, { workerData: { ...task, lock } satisfies HelperTask });
  // Where this thread was not looked after meanwhile, it has missed it.
  for (let looks = 0; lock[0] === 0 && looks < 2000; looks++) sleep(0.2);
  // Reading koffi's JavaScript takes some milliseconds, loading its native code one or two.
  sleep(i / 2);
  forbidLoading(lock);
  await worker.terminate();
}
startHelper(task);
sleep(Number(process.argv[2]));
process.stdout.write('gone by itself');
process.exit(0);
