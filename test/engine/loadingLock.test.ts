import { Worker } from 'node:worker_threads';
import test from 'ava';
import { createLoadingLock, forbidLoading, loadUnder } from '../../src/engine/wasm/loadingLock.ts';

const lockFile = new URL('../../src/engine/wasm/loadingLock.ts', import.meta.url).href;

/** A thread that loads for so long, and says in shared memory when it has begun and when it has ended. */
function loading(ms: number) {
  const lock = createLoadingLock();
  const said = new Int32Array(new SharedArrayBuffer(8));
  const code = `
    import { workerData } from 'node:worker_threads';
    const { loadUnder } = await import(workerData.lockFile);
    const say = (at) => { Atomics.store(workerData.said, at, 1); Atomics.notify(workerData.said, at); };
    loadUnder(workerData.lock, () => {
      say(0);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms});
      say(1);
    });`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
    workerData: { lockFile, lock, said },
  });
  return { lock, said, worker };
}

test('who ends a thread that loads waits until it has loaded', async (t) => {
  const { lock, said, worker } = loading(200);
  Atomics.wait(said, 0, 0);
  forbidLoading(lock);
  t.is(Atomics.load(said, 1), 1);
  await worker.terminate();
});

test('a thread that was forbidden to load does not', (t) => {
  const lock = createLoadingLock();
  forbidLoading(lock);
  forbidLoading(lock);
  t.is(
    loadUnder(lock, () => 'loaded'),
    undefined,
  );
});

test('one that fails to load can be ended', (t) => {
  const lock = createLoadingLock();
  const broken = () => {
    throw new Error('no such library');
  };
  t.throws(() => loadUnder(lock, broken), { message: 'no such library' });
  forbidLoading(lock);
  t.is(loadUnder(lock, broken), undefined);
});
