import type { Sgemm } from './blasLibrary.ts';

const [N, K, M] = [19, 37, 23];

/** Tries all three forms on small whole numbers in shared memory, where every order of summing gives the same. */
export function productsAreRight(sgemm: Sgemm): boolean {
  const memory = new SharedArrayBuffer(4 * (N * K + K * M + N * M));
  const a = new Float32Array(memory, 0, N * K);
  const b = new Float32Array(memory, 4 * N * K, K * M);
  const c = new Float32Array(memory, 4 * (N * K + K * M), N * M);
  for (let i = 0; i < a.length; i++) a[i] = (i % 7) - 3;
  for (let i = 0; i < b.length; i++) b[i] = (i % 5) - 2;

  for (const [transposeA, transposeB] of [
    [false, false],
    [false, true],
    [true, false],
  ]) {
    c.fill(1);
    sgemm(transposeA, transposeB, N, M, K, a, transposeA ? N : K, b, transposeB ? K : M, 1, c);
    // What is there is not read where beta is 0, not even NaN.
    const fresh = c.slice().fill(Number.NaN);
    sgemm(transposeA, transposeB, N, M, K, a, transposeA ? N : K, b, transposeB ? K : M, 0, fresh);
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < M; j++) {
        let sum = 0;
        for (let p = 0; p < K; p++)
          sum += a[transposeA ? p * N + i : i * K + p] * b[transposeB ? j * K + p : p * M + j];
        if (c[i * M + j] !== 1 + sum || fresh[i * M + j] !== sum) return false;
      }
    }
  }
  return true;
}
