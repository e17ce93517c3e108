import type { openEngine as nodeOpenEngine } from '../engine/openEngine.ts';
import { referenceEngine } from '../engine/reference/reference.ts';
import type { EngineName } from '../engine/types.ts';
import { wasmEngine } from '../engine/wasm/wasmEngine.ts';
import { OptionError } from '../errors.ts';

/** Those of Node, since checkpoints name the engine that they were trained on. */
export const engineNames: readonly EngineName[] = ['blas', 'wasm', 'wasm-strict', 'reference'];
export const mostThreads = 1;
/** The one that works. */
export const engineOfModels: EngineName | undefined = undefined;

/**
 * The strict wasm engine, which gives the same bits everywhere; where WebAssembly is not there or not allowed, the reference engine, whose note
 * says why.
 *
 * @throws OptionError where another one is asked for
 */
export const openEngine: typeof nodeOpenEngine = (name) => {
  if (name === 'reference') return referenceEngine();
  if (name !== undefined && name !== 'wasm-strict') {
    throw new OptionError({
      where: 'loadModel: engine',
      expected: "'wasm-strict' or 'reference' in a browser",
      received: `'${name}'`,
    });
  }
  let why = 'this runtime does not know the SIMD of WebAssembly';
  try {
    const engine = wasmEngine('wasm-strict', 'strict', 1);
    if (engine) return engine;
  } catch (error) {
    why = (error as Error).message;
  }
  if (name === undefined) return { ...referenceEngine(), note: why };
  throw new OptionError({ where: 'loadModel: engine', expected: 'WebAssembly, for wasm-strict', received: why });
};
