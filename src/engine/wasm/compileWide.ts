import { setFlagsFromString } from 'node:v8';

/**
 * Versions of V8 whose results the tests have compared, bit by bit, with those of 128-bit lanes: of Node.js 24. Later ones optimize on guesses, and
 * take them back in code that was run before without; what is compiled here was not, and V8 14.6 then ends the process.
 */
const TRIED = ['13.6.'];

/** What V8 does by default, and not for this module: it is optimized at once and as a whole. */
const OFF = ['liftoff', 'wasm-lazy-compilation'];
/** Two 128-bit operations side by side are made one of 256 bits where the processor has those. */
const ON = 'experimental-wasm-revectorize';

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
  setFlags(...OFF.map((flag) => `no-${flag}`), ON);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlags(...OFF, `no-${ON}`);
  }
}

function setFlags(...flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(`--${flag}`);
}
