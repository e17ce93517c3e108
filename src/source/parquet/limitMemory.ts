const pageBytes = 65_536;
const memorySection = 5;

/**
 * A WebAssembly module with another upper limit for the memory that it declares.
 *
 * @param module its bytes
 * @param maxBytes at most 2³²
 * @throws RangeError where it wants more to begin with
 * @see https://webassembly.github.io/spec/core/binary/modules.html#memory-section
 */
export function limitMemory(module: Uint8Array, maxBytes: number): Uint8Array<ArrayBuffer> {
  // Its mark and its version.
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < module.length) {
    const begin = at;
    const id = module[at++];
    const size = number();
    const end = at + size;
    if (id === memorySection) {
      // One memory; whether it has a limit; the pages it begins with.
      at += 2;
      const pages = number();
      const most = Math.floor(maxBytes / pageBytes);
      if (most < pages) throw new RangeError(`a module that takes ${pages * pageBytes} bytes to begin with`);
      const body = [1, 1, ...encoded(pages), ...encoded(most)];
      return Buffer.concat([module.subarray(0, begin), Uint8Array.of(id, body.length, ...body), module.subarray(end)]);
    }
    at = end;
  }
  throw new RangeError('a module without a memory of its own');
}

/** A number in LEB128. */
function encoded(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...encoded(Math.floor(value / 0x80))];
}
