/** Multiplications from which a call of a foreign function, some 0.3 us, and the packing of a library pay. */
const LEAST_WORK = 65536;
/** Below, a library's tile is for the greater part empty, or it is as soon written as filled. */
const LEAST_ROWS = 8;
const LEAST_DEPTH = 12;

/** The same for columns. With a transposed, the WebAssembly kernels have to pack it, and lose to a library earlier. */
export const LEAST_COLUMNS = 10;
export const LEAST_COLUMNS_TRANSPOSED_A = 2;

/**
 * Whether a library makes the product of `[n, k]` and `[k, m]` faster than the WebAssembly kernels do.
 *
 * Fixed sizes, not measured ones: which of the two makes a product decides its last bits, and a run that is resumed must decide as
 * it did before, though the machine may be busier. Measured with OpenBLAS 0.3.21 in turns with the kernels: at these sizes 1.0 to 1.5 times as
 * fast, from 200,000 multiplications on 1.2 to 1.9 times, with a transposed up to 3 times, below them 0.3 to 1.1 times.
 */
export function isLarge(n: number, k: number, m: number, leastColumns: number): boolean {
  return n * k * m >= LEAST_WORK && n >= LEAST_ROWS && k >= LEAST_DEPTH && m >= leastColumns;
}
