import { readFileSync } from 'node:fs';
import type { KernelExports } from './kernelExports.ts';
import { noLibrary } from './productLibrary.ts';
import { wasmModule } from './wasmModule.ts';

/** What one thread of this machine can at most multiply and add. */
export interface Peak {
  /** 10⁹ multiplications and additions a second. */
  readonly gflops: number;
  /** Bits of the vectors that it is told for. */
  readonly bits: number;
}

/** Some 15 us, in 20 ms: a busy machine leaves some round alone, and a processor that was asleep wakes up. */
const DEPTH = 8192;
const ROUNDS = 1000;
/** Bytes for the kernels' own. */
const PAGES = 32;

/**
 * The machine's peak: multiply-adds in the registers, the best of a thousand rounds, by as much more as the processor's widest vectors are
 * wider than those of WebAssembly. Too high where a processor has fewer units for them, or slows down; too low for a library that
 * knows a unit for matrices.
 *
 * @returns undefined where the runtime does not know the kernels' instructions
 */
export function measurePeak(): Peak | undefined {
  const known = wasmModule('relaxed') ?? wasmModule('strict');
  if (!known) return undefined;
  const { module, lanes } = known;
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  const { exports } = new WebAssembly.Instance(module, { env: { memory, sgemm: noLibrary } });
  const { useWideTiles, multiplyAdds } = exports as KernelExports;
  useWideTiles(lanes === 256);
  let gflops = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    const count = multiplyAdds(DEPTH);
    gflops = Math.max(gflops, (2 * count) / Math.max(performance.now() - begin, 1e-6) / 1e6);
  }
  const bits = Math.max(lanes, widestVectors());
  return { gflops: (gflops * bits) / lanes, bits };
}

/** Bits that a unit multiplies at once, as Linux tells; 128 where nothing is known. */
function widestVectors(): number {
  try {
    const told = readFileSync('/proc/cpuinfo', 'latin1');
    const flags = /^flags\s*:.*$/m.exec(told)?.[0] ?? '';
    // AMD's Zen 4 makes 512 bits in two halves.
    const hasHalves = /^vendor_id\s*: AuthenticAMD$/m.test(told) && /^cpu family\s*: 25$/m.test(told);
    if (/ avx512f\b/.test(flags) && !hasHalves) return 512;
    return / avx2\b/.test(flags) ? 256 : 128;
  } catch {
    return 128;
  }
}
