import { wasmEngine } from '../wasm/wasmEngine.ts';
import type { BlasLibrary } from './blasLibrary.ts';

/** A product that takes a fifth to half a millisecond. */
const [N, K, M] = [128, 256, 256];
const ROUNDS = 5;

/**
 * How many times as fast as the WebAssembly kernels a library makes a product, 0 where they do not work: a few milliseconds, best of five in turns,
 * since other work on the machine makes single ones late.
 */
export function timesWasm({ sgemm, addressOf }: Pick<BlasLibrary, 'sgemm' | 'addressOf'>): number {
  const engine = wasmEngine('wasm', 'relaxed');
  if (!engine) return 0;
  const [out, a, b] = [N * M, N * K, K * M].map((length) => engine.vector(length));
  a.fill(0.5);
  b.fill(0.25);
  const base = addressOf(new Uint8Array(out.buffer));
  const [outAt, aAt, bAt] = [out, a, b].map(({ byteOffset }) => base + byteOffset);
  let [library, wasm] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    sgemm(false, false, N, M, K, aAt, K, bAt, M, 0, outAt, M);
    const between = performance.now();
    engine.kernels.matmul(out, a, b, N, K, M);
    library = Math.min(library, between - begin);
    wasm = Math.min(wasm, performance.now() - between);
  }
  return wasm / library;
}
