import { setFlagsFromString } from 'node:v8';

/**
 * Versions of V8 whose results the tests have compared, bit by bit, with those of 128-bit lanes: of Node.js 24, 25 and 26.
 */
const TRIED = ['13.6.', '14.1.', '14.6.'];

/** Optimized at once and as a whole, with two 128-bit operations side by side made one of 256 bits where the processor has those. */
const FLAGS = ['liftoff', 'wasm-lazy-compilation', 'experimental-wasm-revectorize'] as const;

/**
 * Compiles a module so that its vectors may take 256 bits of the processor instead of 128, which doubles the speed of products.
 *
 * V8 can do that, but counts it among its experiments. So it is asked for in versions that were tried, and for this module alone: whatever else
 * the process compiles is compiled as ever.
 *
 * @returns undefined where it is not to be had, or the environment variable `MILLRACE_LANES` is 128
 */
export function compileWide(bytes: Uint8Array): WebAssembly.Module | undefined {
  const { v8 = '' } = process.versions;
  const tried = process.arch === 'x64' && TRIED.some((version) => v8.startsWith(version));
  if (!tried || process.env.MILLRACE_LANES === '128') return undefined;
  const [baseline, lazy, wide] = FLAGS;
  setFlags(`no-${baseline}`, `no-${lazy}`, wide);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlags(baseline, lazy, `no-${wide}`);
  }
}

function setFlags(...flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(`--${flag}`);
}
