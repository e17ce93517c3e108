import { MillraceError } from '../../errors.ts';
import type { Engine } from '../../types.ts';
import { wasmEngine } from '../wasm/wasmEngine.ts';
import { findBlas } from './findBlas.ts';
import { isLarge, LEAST_COLUMNS, LEAST_COLUMNS_TRANSPOSED_A } from './isLarge.ts';

/**
 * The wasm engine with its large products made by the system's BLAS, in the same memory.
 *
 * @throws MillraceError where no library works, or the runtime does not know the kernels' instructions
 */
export function blasEngine(): Engine {
  const { name, path, sgemm } = findBlas();
  const wasm = wasmEngine('blas', 'relaxed');
  if (!wasm) {
    throw new MillraceError({
      where: 'blas engine',
      expected: 'a runtime with relaxed WebAssembly SIMD',
      received: process.version,
      hint: 'Use a newer Node.js',
    });
  }
  const { matmul, matmulTransposeB, matmulTransposeA } = wasm.kernels;
  return {
    ...wasm,
    detail: `${wasm.detail}; large products by ${name} (${path})`,
    library: name,
    kernels: {
      ...wasm.kernels,
      matmul(out, a, b, n, k, m, bias) {
        if (!isLarge(n, k, m, LEAST_COLUMNS)) return matmul(out, a, b, n, k, m, bias);
        // A product over nothing puts the bias into each row; of nothing, it only holds the arrays to this engine.
        if (bias) matmul(out, a, b, n, 0, m, bias);
        else matmul(out, a, b, 0, 0, 0);
        sgemm(false, false, n, m, k, a, k, b, m, bias ? 1 : 0, out);
      },
      matmulTransposeB(out, a, b, n, k, m) {
        if (!isLarge(n, k, m, LEAST_COLUMNS)) return matmulTransposeB(out, a, b, n, k, m);
        matmul(out, a, b, 0, 0, 0);
        sgemm(false, true, n, m, k, a, k, b, k, 0, out);
      },
      matmulTransposeA(out, a, b, n, k, m) {
        if (!isLarge(n, k, m, LEAST_COLUMNS_TRANSPOSED_A)) return matmulTransposeA(out, a, b, n, k, m);
        matmul(out, a, b, 0, 0, 0);
        sgemm(true, false, n, m, k, a, n, b, m, 0, out);
      },
    },
  };
}
