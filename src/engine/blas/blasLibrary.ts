import type { ProductLibrary } from '../wasm/productLibrary.ts';

/** A BLAS of the system. */
export interface BlasLibrary extends ProductLibrary {
  /** What its results depend on to the bit: `OpenBLAS 0.3.21 Zen, 1 thread`. */
  readonly name: string;
  /** How many times as fast as the WebAssembly kernels it made a product when it was tried; more than 1. */
  readonly speed: number;
}
