import test from 'ava';
import { limitMemory } from '../../../src/source/parquet/limitMemory.ts';

/** A module with a type, as other sections may come first, a memory of two pages that is exported, and perhaps a limit. */
function moduleOf(...limits: readonly number[]): Uint8Array {
  const memory = [5, limits.length + 1, 1, ...limits];
  return Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, ...memory, 7, 5, 1, 1, 0x6d, 2, 0);
}

function memoryOf(module: Uint8Array): WebAssembly.Memory {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module as Uint8Array<ArrayBuffer>), {} as never);
  return (exports as { readonly m: WebAssembly.Memory }).m;
}

test('a memory without a limit, or another one, takes the one that is given', (t) => {
  for (const limits of [
    [0, 2],
    [1, 2, 50],
  ]) {
    for (const pages of [2, 3, 127, 128, 300]) {
      const memory = memoryOf(limitMemory(moduleOf(...limits), pages * 65_536 + 7));
      memory.grow(pages - 2);
      t.throws(() => memory.grow(1), { instanceOf: RangeError });
    }
  }
});

test('refuses a limit below what the memory begins with, and a module without a memory', (t) => {
  t.throws(() => limitMemory(moduleOf(0, 2), 65_536), {
    instanceOf: RangeError,
    message: /131072 bytes to begin with/,
  });
  const none = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0);
  t.throws(() => limitMemory(none, 65_536), { instanceOf: RangeError, message: /without a memory/ });
});
