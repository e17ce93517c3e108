import { totalmem } from 'node:os';
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

/** Shared WebAssembly memory, given out in blocks of whole cache lines. What is released is given out again. */
export interface WasmMemory {
  readonly memory: WebAssembly.Memory;
  /** Takes `bytes` zeros, beginning at a multiple of 64. Arrays given out before stay valid. */
  take(bytes: number): { readonly buffer: SharedArrayBuffer; readonly offset: number };
  /**
   * Gives back the block of an array that was taken here.
   * @throws MillraceError where it is not a whole array that is in use
   */
  release(array: Float32Array | Float64Array | Int32Array): void;
  /** Bytes that can still be taken at the most. */
  room(): number;
  /** The byte offset of an array that was taken here. */
  offsetOf(array: Float32Array | Float64Array | Int32Array): number;
}

interface Block {
  offset: number;
  size: number;
}

/** @throws MillraceError where the system gives no memory, or an array is of another engine */
export function createWasmMemory(): WasmMemory {
  const { memory, most } = reserve();
  let end = 0;
  /** Behind it nothing was ever written. */
  let touched = 0;
  let buffer = memory.buffer;
  // Growth makes a new object for the same bytes; arrays keep the one they were made of.
  const buffers = new WeakSet<object>([buffer]);
  /** The sizes of blocks in use, by offset. */
  const inUse = new Map<number, number>();
  /** Blocks that were given back, by offset, no two side by side. */
  const free: Block[] = [];

  function grow(bytes: number): void {
    const missing = Math.ceil((end + bytes + SLACK - buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    try {
      memory.grow(missing);
    } catch (cause) {
      throw new MillraceError({
        where: 'engine memory',
        expected: `room for ${bytes} bytes more`,
        received: `${end} bytes in use, and no more to be had`,
        hint: 'Use a smaller network or batch, or the reference engine',
        cause,
      });
    }
    buffer = memory.buffer;
    buffers.add(buffer);
  }

  /** The smallest free block that is large enough, cut to the size; undefined where there is none. */
  function takeFree(size: number): number | undefined {
    let best: Block | undefined;
    for (const block of free) if (block.size >= size && (!best || block.size < best.size)) best = block;
    if (!best) return undefined;
    const { offset } = best;
    best.offset += size;
    best.size -= size;
    if (best.size === 0) free.splice(free.indexOf(best), 1);
    return offset;
  }

  function takeLast(size: number): number {
    grow(size);
    const offset = end;
    end += size;
    return offset;
  }

  /** Puts a block among the free ones, as one with those beside it. */
  function giveBack(offset: number, size: number): void {
    let at = free.findIndex((block) => block.offset > offset);
    if (at < 0) at = free.length;
    const block = { offset, size };
    const [before, after] = [free[at - 1], free[at]];
    if (after && after.offset === offset + size) {
      block.size += after.size;
      free.splice(at, 1);
    }
    if (before && before.offset + before.size === offset) before.size += block.size;
    else free.splice(at, 0, block);
    const last = free[free.length - 1];
    if (last.offset + last.size !== end) return;
    end = last.offset;
    free.pop();
  }

  function assertOwn(array: Float32Array | Float64Array | Int32Array): void {
    if (array.buffer === buffer || buffers.has(array.buffer)) return;
    throw new MillraceError({
      where: 'kernel',
      expected: 'an array in the memory of its engine',
      received: `a ${array.constructor.name} that is not`,
      hint: 'Take it with engine.vector or engine.indices',
    });
  }

  return {
    memory,
    take(bytes) {
      const size = Math.ceil(bytes / LINE) * LINE;
      if (size === 0) return { buffer, offset: end };
      const offset = takeFree(size) ?? takeLast(size);
      if (offset < touched) new Uint8Array(buffer, offset, size).fill(0);
      touched = Math.max(touched, offset + size);
      inUse.set(offset, size);
      return { buffer, offset };
    },
    release(array) {
      assertOwn(array);
      const { byteOffset: offset, byteLength } = array;
      if (byteLength === 0) return;
      const size = inUse.get(offset);
      if (size !== Math.ceil(byteLength / LINE) * LINE) {
        throw new MillraceError({
          where: 'engine: release',
          expected: 'a whole array that is in use',
          received: `${byteLength} bytes at ${offset}, where ${size === undefined ? 'none begins' : `there are ${size}`}`,
          hint: 'Release each array once, as vector or indices gave it',
        });
      }
      inUse.delete(offset);
      giveBack(offset, size);
    },
    room: () => free.reduce((sum, { size }) => sum + size, Math.min(most, totalmem()) - end - SLACK),
    offsetOf(array) {
      assertOwn(array);
      return array.byteOffset;
    },
  };
}

function reserve(): { readonly memory: WebAssembly.Memory; readonly most: number } {
  let cause: unknown;
  for (const maximum of MOST_PAGES) {
    try {
      const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum, shared: true });
      return { memory, most: maximum * PAGE };
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
