import { MillraceError } from '../../errors.ts';
import type { Engine } from '../../types.ts';
import { wasmEngine } from '../wasm/wasmEngine.ts';
import { findBlas } from './findBlas.ts';

/**
 * The wasm engine with its large products made by the system's BLAS, in the same memory.
 *
 * @throws MillraceError where no library works, or the runtime does not know the kernels' instructions
 */
export function blasEngine(threads: number): Engine {
  const library = findBlas();
  const { name, path } = library;
  const wasm = wasmEngine('blas', 'relaxed', threads, library);
  if (!wasm) {
    throw new MillraceError({
      where: 'blas engine',
      expected: 'a runtime with relaxed WebAssembly SIMD',
      received: process.version,
      hint: 'Use a newer Node.js',
    });
  }
  return { ...wasm, detail: `${wasm.detail}; large products by ${name} (${path})`, library: name };
}
