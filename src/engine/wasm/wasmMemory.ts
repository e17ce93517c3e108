import { MillraceError } from '../../errors.ts';

const PAGE = 65536;
/** One cache line: what is given out begins on one. */
const LINE = 64;
/** Bytes past an array's end that the kernels may read. */
const SLACK = 64;
/** 16 MiB; pages that are not touched take no room. */
const FIRST_PAGES = 256;
/** All that 32 bits reach; less where the system reserves no more. */
const MOST_PAGES = [65536, 32768, 16384, 4096];

/** Shared WebAssembly memory that is only ever given out, never taken back. */
export interface WasmMemory {
  readonly memory: WebAssembly.Memory;
  /** Takes `bytes` zeros, beginning at a multiple of 64. Arrays given out before stay valid. */
  take(bytes: number): { readonly buffer: SharedArrayBuffer; readonly offset: number };
  /** The byte offset of an array that was taken here. */
  offsetOf(array: Float32Array | Float64Array | Int32Array): number;
}

/** @throws MillraceError where the system gives no memory, or an array is of another engine */
export function createWasmMemory(): WasmMemory {
  const memory = reserve();
  let end = 0;
  let buffer = memory.buffer;
  // Growth makes a new object for the same bytes; arrays keep the one they were made of.
  const buffers = new WeakSet<object>([buffer]);

  return {
    memory,
    take(bytes) {
      const offset = Math.ceil(end / LINE) * LINE;
      end = offset + bytes;
      const missing = Math.ceil((end + SLACK - buffer.byteLength) / PAGE);
      if (missing > 0) {
        try {
          memory.grow(missing);
        } catch (cause) {
          throw new MillraceError({
            where: 'engine memory',
            expected: `room for ${bytes} bytes more`,
            received: `${offset} bytes in use, and no more to be had`,
            hint: 'Use a smaller network or batch, or the reference engine',
            cause,
          });
        }
        buffer = memory.buffer;
        buffers.add(buffer);
      }
      return { buffer, offset };
    },
    offsetOf(array) {
      if (array.buffer !== buffer && !buffers.has(array.buffer)) {
        throw new MillraceError({
          where: 'kernel',
          expected: 'an array in the memory of its engine',
          received: `a ${array.constructor.name} that is not`,
          hint: 'Take it with engine.vector or engine.indices',
        });
      }
      return array.byteOffset;
    },
  };
}

function reserve(): WebAssembly.Memory {
  let cause: unknown;
  for (const maximum of MOST_PAGES) {
    try {
      return new WebAssembly.Memory({ initial: FIRST_PAGES, maximum, shared: true });
    } catch (error) {
      cause = error;
    }
  }
  throw new MillraceError({
    where: 'engine memory',
    expected: `${FIRST_PAGES * PAGE} bytes of shared WebAssembly memory`,
    received: 'none',
    hint: 'Raise the limit of virtual memory, or use the reference engine',
    cause,
  });
}
