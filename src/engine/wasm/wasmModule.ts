import { readFileSync } from 'node:fs';
import { MillraceError } from '../../errors.ts';

/** `relaxed` fuses multiply and add where the machine can; `strict` gives the same bits everywhere. */
export type WasmBuild = 'relaxed' | 'strict';

const modules = new Map<WasmBuild, WebAssembly.Module | undefined>();

/**
 * The compiled kernels, once a process; undefined where the runtime does not know their instructions.
 *
 * @throws MillraceError where the kernels have not been compiled
 */
export function wasmModule(build: WasmBuild): WebAssembly.Module | undefined {
  if (!modules.has(build)) {
    const bytes = read(build);
    modules.set(build, WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined);
  }
  return modules.get(build);
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
