import { wasmEngine } from '../wasm/wasmEngine.ts';
import type { Sgemm } from './blasLibrary.ts';

/** A product that takes a fifth to half a millisecond. */
const [N, K, M] = [128, 256, 256];
const ROUNDS = 5;

/**
 * Whether a library makes a product faster than the WebAssembly kernels: a few milliseconds, best of five in turns. The portable BLAS
 * that some systems have by default takes many times as long, a tuned one half; so a busy machine does not change the answer.
 */
export function outrunsWasm(sgemm: Sgemm): boolean {
  const engine = wasmEngine('wasm', 'relaxed');
  if (!engine) return false;
  const [out, a, b] = [N * M, N * K, K * M].map((length) => engine.vector(length));
  a.fill(0.5);
  b.fill(0.25);
  let [library, wasm] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    sgemm(false, false, N, M, K, a, K, b, M, 0, out);
    const between = performance.now();
    engine.kernels.matmul(out, a, b, N, K, M);
    library = Math.min(library, between - begin);
    wasm = Math.min(wasm, performance.now() - between);
  }
  return library < wasm;
}
