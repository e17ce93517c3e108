import type { KernelExports } from './kernelExports.ts';
import { noLibrary } from './productLibrary.ts';

/** A product of which both tiles have whole and cut ones, in more than one block of the inner size. */
const [N, K, M] = [61, 300, 75];
const ROUNDS = 7;
/** Bytes for the kernels' own, and for the product. */
const PAGES = 32;

/**
 * Whether the wide tile of a compiled module gives the same bits as the narrow one, and sooner: some 0.3 ms, best of seven in turns. With 128-bit
 * lanes it has too few registers and takes a third longer, with 256-bit lanes a third less, so that a busy machine does not change the
 * answer.
 */
export function wideTilesWin(module: WebAssembly.Module): boolean {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  const { exports } = new WebAssembly.Instance(module, { env: { memory, sgemm: noLibrary } });
  const { heapBase, useWideTiles, matmul } = exports as KernelExports;
  const at = Math.ceil(heapBase() / 64) * 64;
  const a = new Float32Array(memory.buffer, at, N * K);
  const b = new Float32Array(memory.buffer, at + a.byteLength, K * M);
  const out = new Float32Array(memory.buffer, at + a.byteLength + b.byteLength, N * M);
  for (let i = 0; i < a.length; i++) a[i] = ((i * 7919) % 1009) / 1009 - 0.5;
  for (let i = 0; i < b.length; i++) b[i] = ((i * 6101) % 997) / 997 - 0.5;

  const best = [Infinity, Infinity];
  const results: Float32Array[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const tile of [0, 1]) {
      useWideTiles(tile === 1);
      const begin = performance.now();
      matmul(out.byteOffset, a.byteOffset, b.byteOffset, N, K, M, 0, 0, 0, 0);
      best[tile] = Math.min(best[tile], performance.now() - begin);
      results[tile] = out.slice();
    }
  }
  const [narrow, wide] = results;
  return best[1] < best[0] && wide.every((value, i) => value === narrow[i]);
}
