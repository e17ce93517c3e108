import type { NormalizationKernels } from '../types.ts';
import type { KernelExports } from './kernelExports.ts';
import type { WasmMemory } from './wasmMemory.ts';

/** Normalization over arrays, from that over byte offsets. */
export function wasmNormalization(
  compiled: KernelExports,
  { offsetOf }: Pick<WasmMemory, 'offsetOf'>,
): NormalizationKernels {
  return {
    columnDots(out, a, b, n, m) {
      compiled.columnDots(offsetOf(out), offsetOf(a), offsetOf(b), n, m);
    },
    columnMoments(mean, variance, x, n, m) {
      compiled.columnMoments(offsetOf(mean), offsetOf(variance), offsetOf(x), n, m);
    },
    normalizeColumns(a, h, x, mean, inverse, gamma, beta, n, m) {
      const aAt = offsetOf(a);
      const hAt = offsetOf(h);
      const xAt = offsetOf(x);
      const meanAt = offsetOf(mean);
      compiled.normalizeColumns(aAt, hAt, xAt, meanAt, offsetOf(inverse), offsetOf(gamma), offsetOf(beta), n, m);
    },
    normalizeColumnsGradient(dx, da, h, factor, sums, dots, n, m) {
      const dxAt = offsetOf(dx);
      const daAt = offsetOf(da);
      const hAt = offsetOf(h);
      const factorAt = offsetOf(factor);
      compiled.normalizeColumnsGradient(dxAt, daAt, hAt, factorAt, offsetOf(sums), offsetOf(dots), n, m);
    },
    normalizeRows(a, h, inverse, x, gamma, beta, epsilon, n, m) {
      const aAt = offsetOf(a);
      const hAt = offsetOf(h);
      const inverseAt = offsetOf(inverse);
      const xAt = offsetOf(x);
      compiled.normalizeRows(aAt, hAt, inverseAt, xAt, offsetOf(gamma), offsetOf(beta), epsilon, n, m);
    },
    normalizeRowsGradient(dx, da, h, inverse, gamma, n, m) {
      const dxAt = offsetOf(dx);
      const daAt = offsetOf(da);
      const hAt = offsetOf(h);
      compiled.normalizeRowsGradient(dxAt, daAt, hAt, offsetOf(inverse), offsetOf(gamma), n, m);
    },
  };
}
