/**
 * `c[n,m] = op(a) op(b) + beta c`, row-major; `op(a)` is `[n,k]`, `op(b)` is `[k,m]`. Matrices are addresses in the process, steps the numbers
 * in a row as it lies.
 */
export type Sgemm = (
  transposeA: boolean,
  transposeB: boolean,
  n: number,
  m: number,
  k: number,
  a: number,
  aStep: number,
  b: number,
  bStep: number,
  beta: number,
  c: number,
  cStep: number,
) => void;

/** A library of the system that makes large products, in the engine's memory. */
export interface ProductLibrary {
  /** What it was loaded from. */
  readonly path: string;
  /** The address of the module whose `sgemmAt(path)` gives the product in another thread. */
  readonly module: string;
  /** Whether it has kernels of its own for small products. */
  readonly smallKernels: boolean;
  readonly sgemm: Sgemm;
  /** Where an array lies in the process. */
  addressOf(array: Uint8Array): number;
}

/** What the kernels call for a part of a product that a library makes. Matrices are byte offsets in their memory. */
export type LibraryProduct = (
  form: number,
  n: number,
  k: number,
  m: number,
  a: number,
  aStep: number,
  b: number,
  bStep: number,
  beta: number,
  out: number,
  outStep: number,
) => void;

/** @param base the address of the memory's first byte */
export function libraryProduct(sgemm: Sgemm, base: number): LibraryProduct {
  return (form, n, k, m, a, aStep, b, bStep, beta, out, outStep) => {
    sgemm(form === 2, form === 1, n, m, k, base + a, aStep, base + b, bStep, beta, base + out, outStep);
  };
}

/** Where there is no library, the kernels do not ask for one. */
export const noLibrary: LibraryProduct = () => {
  throw new Error('no library');
};

/** Multiplications from which a call of a foreign function, some 0.3 us, and the packing of a library pay. */
const LEAST_WORK = 65536;
/** Below, a library's tile is for the greater part empty, or it is as soon written as filled. */
const LEAST_ROWS = 8;
const LEAST_DEPTH = 12;
/** The same for columns. With a transposed, the WebAssembly kernels have to pack it, and lose to a library earlier. */
export const LEAST_COLUMNS = 10;
const LEAST_COLUMNS_TRANSPOSED_A = 2;

/**
 * Whether a library makes the product of `[n, k]` and `[k, m]` faster than the WebAssembly kernels do.
 *
 * Fixed sizes, not measured ones: which of the two makes a product decides its last bits, and a run that is resumed must decide as
 * it did before, though the machine may be busier. Measured with OpenBLAS 0.3.21 in turns with the kernels: at these sizes 1.0 to 1.5 times as
 * fast, from 200,000 multiplications on 1.2 to 1.9 times, with a transposed up to 3 times, below them 0.3 to 1.1 times.
 */
export function isLarge(n: number, k: number, m: number, transposedA = false): boolean {
  const leastColumns = transposedA ? LEAST_COLUMNS_TRANSPOSED_A : LEAST_COLUMNS;
  return n * k * m >= LEAST_WORK && n >= LEAST_ROWS && k >= LEAST_DEPTH && m >= leastColumns;
}
