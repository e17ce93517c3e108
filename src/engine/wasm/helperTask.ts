import type { LoadingLock } from './loadingLock.ts';
import type { ProductLibrary } from './productLibrary.ts';

/** What a helper's thread is given. */
export interface HelperTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Where the thread's scratch begins. */
  readonly scratch: number;
  /** The library that makes large products, and where the memory lies in the process. */
  readonly library?: Pick<ProductLibrary, 'path' | 'module'> & { readonly base: number };
  /** Under which the thread loads the library. */
  readonly lock: LoadingLock;
}
