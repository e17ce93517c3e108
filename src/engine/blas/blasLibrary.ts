import type { Sgemm } from './sgemm.ts';

/** A BLAS of the system. */
export interface BlasLibrary {
  /** What its results depend on to the bit: `OpenBLAS 0.3.21 Zen, 1 thread`. */
  readonly name: string;
  /** What it was loaded from. */
  readonly path: string;
  /** Whether it has kernels of its own for small products. */
  readonly smallKernels: boolean;
  /** How many times as fast as the WebAssembly kernels it made a product when it was tried; more than 1. */
  readonly speed: number;
  readonly sgemm: Sgemm;
  /** Where an array lies in the process. */
  addressOf(array: Uint8Array): number;
}
