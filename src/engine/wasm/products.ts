import type { Kernels } from '../../types.ts';
import type { BlasLibrary } from '../blas/blasLibrary.ts';
import { isLarge, LEAST_COLUMNS, LEAST_COLUMNS_TRANSPOSED_A } from '../blas/isLarge.ts';
import type { Helpers } from './helpers.ts';
import type { KernelExports } from './kernelExports.ts';
import { numberOf } from './wasmElementwise.ts';
import type { WasmMemory } from './wasmMemory.ts';

/** Multiplications in a product that is worth sharing. */
const LARGE = 2 ** 18;

/** Stands for no function after a product. */
const NONE = 0;

/** Products over arrays, from those over byte offsets: shared with the helpers, and large ones made by the library where there is one. */
export function productsOf(
  compiled: KernelExports,
  { offsetOf }: Pick<WasmMemory, 'offsetOf'>,
  helpers: Helpers,
  library?: BlasLibrary,
): Pick<Kernels, 'matmul' | 'matmulTransposeB' | 'matmulTransposeA'> {
  return {
    matmul(out, a, b, n, k, m, bias, then) {
      const outAt = offsetOf(out);
      const aAt = offsetOf(a);
      const bAt = offsetOf(b);
      const biasAt = bias ? offsetOf(bias) : 0;
      const f = then ? numberOf(then.f) : NONE;
      const thenAt = then ? offsetOf(then.out) : 0;
      const parameter = then?.parameter ?? 0;
      const work = n * k * m;
      if (work >= LARGE) helpers.begin();
      if (library && isLarge(n, k, m, LEAST_COLUMNS)) {
        compiled.libraryProduct(0, outAt, aAt, bAt, n, k, m, biasAt, f, thenAt, parameter);
      } else compiled.matmul(outAt, aAt, bAt, n, k, m, biasAt, f, thenAt, parameter);
      if (work >= LARGE) helpers.end(work);
    },
    matmulTransposeB(out, a, b, n, k, m) {
      const outAt = offsetOf(out);
      const aAt = offsetOf(a);
      const bAt = offsetOf(b);
      const work = n * k * m;
      if (work >= LARGE) helpers.begin();
      if (library && isLarge(n, k, m, LEAST_COLUMNS))
        compiled.libraryProduct(1, outAt, aAt, bAt, n, k, m, 0, NONE, 0, 0);
      else compiled.matmulTransposeB(outAt, aAt, bAt, n, k, m);
      if (work >= LARGE) helpers.end(work);
    },
    matmulTransposeA(out, a, b, n, k, m) {
      const outAt = offsetOf(out);
      const aAt = offsetOf(a);
      const bAt = offsetOf(b);
      const work = n * k * m;
      if (work >= LARGE) helpers.begin();
      if (library && isLarge(n, k, m, LEAST_COLUMNS_TRANSPOSED_A))
        compiled.libraryProduct(2, outAt, aAt, bAt, n, k, m, 0, NONE, 0, 0);
      else compiled.matmulTransposeA(outAt, aAt, bAt, n, k, m);
      if (work >= LARGE) helpers.end(work);
    },
  };
}
