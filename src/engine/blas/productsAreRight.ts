import type { BlasLibrary } from './blasLibrary.ts';

const [N, K, M] = [19, 37, 23];

/** Tries all three forms on small whole numbers in shared memory, where every order of summing gives the same. */
export function productsAreRight({ sgemm, addressOf }: Pick<BlasLibrary, 'sgemm' | 'addressOf'>): boolean {
  const memory = new SharedArrayBuffer(4 * (N * K + K * M + N * M));
  const a = new Float32Array(memory, 0, N * K);
  const b = new Float32Array(memory, 4 * N * K, K * M);
  const c = new Float32Array(memory, 4 * (N * K + K * M), N * M);
  for (let i = 0; i < a.length; i++) a[i] = (i % 7) - 3;
  for (let i = 0; i < b.length; i++) b[i] = (i % 5) - 2;
  const base = addressOf(new Uint8Array(memory));
  const [aAt, bAt, cAt] = [a, b, c].map(({ byteOffset }) => base + byteOffset);

  for (const [transposeA, transposeB] of [
    [false, false],
    [false, true],
    [true, false],
  ]) {
    const product = (beta: 0 | 1) => {
      sgemm(transposeA, transposeB, N, M, K, aAt, transposeA ? N : K, bAt, transposeB ? K : M, beta, cAt, M);
      return c.slice();
    };
    c.fill(1);
    const added = product(1);
    // What is there is not read where beta is 0, not even NaN.
    c.fill(Number.NaN);
    const fresh = product(0);
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < M; j++) {
        let sum = 0;
        for (let p = 0; p < K; p++)
          sum += a[transposeA ? p * N + i : i * K + p] * b[transposeB ? j * K + p : p * M + j];
        if (added[i * M + j] !== 1 + sum || fresh[i * M + j] !== sum) return false;
      }
    }
  }
  return true;
}
