import { availableParallelism } from 'node:os';
import { MillraceError } from '../errors.ts';
import { integer, oneOf } from '../options/bounds.ts';
import { checkOption, checkOptions } from '../options/checkOptions.ts';
import { blasEngine } from './blas/blasEngine.ts';
import { referenceEngine } from './reference/reference.ts';
import type { Engine, EngineName } from './types.ts';
import { wasmEngine } from './wasm/wasmEngine.ts';

/** The options of `openEngine`. */
export interface OpenEngineOptions {
  /**
   * Threads that large products are made with, an integer from 1 to 64. Results do not depend on it. They are started only when there is enough
   * to do, and rest while sharing does not pay. The reference engine has one thread.
   * @default 2, or 1 where there is one processor
   */
  readonly threads?: number;
}

/** More than any machine gains by. */
export const mostThreads = 64;
const DEFAULT_THREADS = Math.min(2, availableParallelism());

/** In the order of speed. What gives undefined does not work in this runtime. */
const engines: Readonly<Record<EngineName, (threads: number) => Engine | undefined>> = {
  blas: blasOrWasm,
  wasm,
  'wasm-strict': (threads) => wasmEngine('wasm-strict', 'strict', threads),
  reference: referenceEngine,
};

/** The names that `openEngine` takes, the fastest first. */
export const engineNames = Object.keys(engines) as readonly EngineName[];

/** The engine that models predict on: the last bits of `blas` depend on how many rows are predicted at once. */
export const engineOfModels: EngineName | undefined = 'wasm';

/**
 * Opens an engine. Each call has its own memory, which is given back when nothing refers to the engine any more.
 *
 * @param name the fastest that works here when absent; where no BLAS works, `blas` gives the wasm engine, and its `note` says why
 * @throws OptionError where there is no engine of that name, or an option is out of bounds
 * @throws MillraceError where the engine does not work in this runtime, or its kernels have not been compiled
 * @example openEngine('reference').vector(3).length //=> 3
 */
export function openEngine(name?: EngineName, options: OpenEngineOptions = {}): Engine {
  checkOptions<OpenEngineOptions>('openEngine', options, { threads: integer({ least: 1, most: mostThreads }) });
  if (name !== undefined) checkOption('openEngine: name', name, oneOf(...engineNames));
  const { threads = DEFAULT_THREADS } = options;
  if (name === undefined) return blasOrWasm(threads) ?? referenceEngine();
  const engine = engines[name](threads);
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

function wasm(threads: number): Engine | undefined {
  return wasmEngine('wasm', 'relaxed', threads) ?? wasmEngine('wasm', 'strict', threads);
}

function blasOrWasm(threads: number): Engine | undefined {
  try {
    return blasEngine(threads);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    const engine = wasm(threads);
    return engine && { ...engine, note: error.message };
  }
}
