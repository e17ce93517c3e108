import { MillraceError, OptionError } from '../errors.ts';
import type { Engine, EngineName } from '../types.ts';
import { blasEngine } from './blas/blasEngine.ts';
import { referenceEngine } from './reference.ts';
import { wasmEngine } from './wasm/wasmEngine.ts';

/** In the order of speed. What gives undefined does not work in this runtime. */
const engines: Readonly<Record<EngineName, () => Engine | undefined>> = {
  blas: blasOrWasm,
  wasm,
  'wasm-strict': () => wasmEngine('wasm-strict', 'strict'),
  reference: referenceEngine,
};

/** The names that `openEngine` takes, the fastest first. */
export const engineNames = Object.keys(engines) as readonly EngineName[];

/**
 * Opens an engine. Each call has its own memory, which is given back when nothing refers to the engine any more.
 *
 * @param name the fastest that works here when absent; where no BLAS works, `blas` gives the wasm engine, and its `note` says why
 * @throws OptionError where there is no engine of that name
 * @throws MillraceError where the engine does not work in this runtime, or its kernels have not been compiled
 * @example openEngine('reference').vector(3).length //=> 3
 */
export function openEngine(name?: EngineName): Engine {
  if (name === undefined) return blasOrWasm() ?? referenceEngine();
  const open = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (!open) {
    throw new OptionError({
      where: 'openEngine: name',
      expected: `one of ${engineNames.join(', ')}`,
      received: JSON.stringify(name),
    });
  }
  const engine = open();
  if (!engine) {
    throw new MillraceError({
      where: `openEngine: ${name}`,
      expected: 'a runtime with WebAssembly SIMD',
      received: process.version,
      hint: 'Use the reference engine, or a newer Node.js',
    });
  }
  return engine;
}

function wasm(): Engine | undefined {
  return wasmEngine('wasm', 'relaxed') ?? wasmEngine('wasm', 'strict');
}

function blasOrWasm(): Engine | undefined {
  try {
    return blasEngine();
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    const engine = wasm();
    return engine && { ...engine, note: error.message };
  }
}
