/** What a helper's thread is given. */
export interface HelperTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Where the thread's scratch begins. */
  readonly scratch: number;
}
