import type { Sgemm } from '../wasm/productLibrary.ts';
import { loadKoffi, type NativeLibrary } from './loadKoffi.ts';

/** Of `enum CBLAS_ORDER` and `enum CBLAS_TRANSPOSE`. */
const ROW_MAJOR = 101;
const AS_IT_LIES = 111;
const TRANSPOSED = 112;

/**
 * The product of a library. Matrices go there as numbers: making an object of each would cost more than the call.
 *
 * @throws Error where the library has none
 */
export function openSgemm(native: NativeLibrary): Sgemm {
  const cblas = native.func(
    'void cblas_sgemm(int, int, int, int, int, int, float, uintptr_t, int, uintptr_t, int, float, uintptr_t, int)',
  );
  return (transposeA, transposeB, n, m, k, a, aStep, b, bStep, beta, c, cStep) => {
    const opA = transposeA ? TRANSPOSED : AS_IT_LIES;
    const opB = transposeB ? TRANSPOSED : AS_IT_LIES;
    cblas(ROW_MAJOR, opA, opB, n, m, k, 1, a, aStep, b, bStep, beta, c, cStep);
  };
}

/**
 * The product of a library that has been tried before, for another thread.
 *
 * @param path what it was loaded from
 */
export function sgemmAt(path: string): Sgemm {
  return openSgemm(loadKoffi().load(path));
}
