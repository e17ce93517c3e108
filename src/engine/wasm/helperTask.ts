import type { LoadingLock } from './loadingLock.ts';

/** What a helper's thread is given. */
export interface HelperTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Where the thread's scratch begins. */
  readonly scratch: number;
  /** The library that makes large products: what it is loaded from, and where the memory lies in the process. */
  readonly library?: { readonly path: string; readonly base: number };
  /** Under which the thread loads the library. */
  readonly lock: LoadingLock;
}
