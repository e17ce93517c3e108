import { MillraceError } from '../../errors.ts';
import type { Engine } from '../types.ts';
import { wasmEngine } from '../wasm/wasmEngine.ts';
import { findBlas } from './findBlas.ts';

/**
 * The wasm engine with its large products made by the system's BLAS, in the same memory.
 *
 * @throws MillraceError where no library works, or the runtime does not know the kernels' instructions
 */
export function blasEngine(threads: number): Engine {
  const library = findBlas();
  const { name, path, speed } = library;
  const why = process.env.MILLRACE_BLAS ? 'named in MILLRACE_BLAS' : 'the first that works';
  const wasm = wasmEngine('blas', 'relaxed', threads, library);
  if (!wasm) {
    throw new MillraceError({
      where: 'blas engine',
      expected: 'a runtime with relaxed WebAssembly SIMD',
      received: process.version,
      hint: 'Use a newer Node.js',
    });
  }
  const by = `${name} (${path}: ${why}, ${speed.toFixed(1)} times as fast when tried)`;
  return { ...wasm, detail: `${wasm.detail}; large products by ${by}`, library: name };
}
