/**
 * A thread that is ended while it loads native code takes the whole process with it: koffi cannot bear to be interrupted there. So the
 * thread loads under a lock, and who would end it, or the process, waits until it is done, or forbids it to begin.
 */
export type LoadingLock = Int32Array<SharedArrayBuffer>;

const [FREE, LOADING, FORBIDDEN] = [0, 1, 2];

/** The longest that an end waits: what has not loaded by then hangs. */
const PATIENCE_MS = 5000;

export function createLoadingLock(): LoadingLock {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** In the thread: what `load` gives, or undefined where it may not begin any more. */
export function loadUnder<T>(lock: LoadingLock, load: () => T): T | undefined {
  if (Atomics.compareExchange(lock, 0, FREE, LOADING) !== FREE) return undefined;
  try {
    return load();
  } finally {
    Atomics.store(lock, 0, FREE);
    Atomics.notify(lock, 0);
  }
}

/** Before the thread is ended: from here on it does not load. */
export function forbidLoading(lock: LoadingLock): void {
  while (Atomics.compareExchange(lock, 0, FREE, FORBIDDEN) === LOADING) {
    if (Atomics.wait(lock, 0, LOADING, PATIENCE_MS) === 'timed-out') return;
  }
}
