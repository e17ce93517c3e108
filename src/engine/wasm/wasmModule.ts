import { readFileSync } from 'node:fs';
import { MillraceError } from '../../errors.ts';
import { compileWide } from './compileWide.ts';
import { wideTilesWin } from './wideTilesWin.ts';

/** `relaxed` fuses multiply and add where the machine can; `strict` gives the same bits everywhere. */
export type WasmBuild = 'relaxed' | 'strict';

/** The compiled kernels. */
export interface WasmModule {
  readonly module: WebAssembly.Module;
  /** Bits of the processor's vectors that they use: a question of speed, not of results. */
  readonly lanes: 128 | 256;
}

const modules = new Map<WasmBuild, WasmModule | undefined>();

/**
 * The compiled kernels, once a process; undefined where the runtime does not know their instructions.
 *
 * @throws MillraceError where the kernels have not been compiled
 */
export function wasmModule(build: WasmBuild): WasmModule | undefined {
  if (!modules.has(build)) {
    const bytes = read(build);
    modules.set(build, WebAssembly.validate(bytes) ? compile(bytes) : undefined);
  }
  return modules.get(build);
}

function compile(bytes: Uint8Array): WasmModule {
  // The second time since another thread of the process, compiling too, may have set the flags back meanwhile.
  for (let attempt = 0; attempt < 2; attempt++) {
    const wide = compileWide(bytes);
    if (wide && wideTilesWin(wide)) return { module: wide, lanes: 256 };
  }
  return { module: new WebAssembly.Module(bytes), lanes: 128 };
}

function read(build: WasmBuild): NonSharedBuffer {
  const url = new URL(`./kernels-${build}.wasm`, import.meta.url);
  try {
    return readFileSync(url);
  } catch (cause) {
    throw new MillraceError({
      where: 'openEngine',
      expected: `the compiled kernels in ${url.pathname}`,
      received: 'no such file',
      hint: 'Compile them with `npm run prepare`',
      cause,
    });
  }
}
