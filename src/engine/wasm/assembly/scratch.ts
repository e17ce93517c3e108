/**
 * Memory that the kernels keep for themselves, below what is given out. It is not declared as data, or the file would carry
 * a megabyte of zeros.
 */

/**
 * Rows of the register tile. Unfused, the product wants a register of its own before it is added, and leaves room for a row less.
 */
export const TILE_ROWS: usize = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;
/** Its columns: two vectors of 128 bits, or two of 256. */
const NARROW_COLUMNS: usize = 8;
export const WIDE_COLUMNS: usize = 16;
/** The depth and width of a packed block of b, the rows of a packed block of a. */
export const BLOCK_DEPTH: usize = 256;
export const BLOCK_COLUMNS: usize = 512;
export const BLOCK_ROWS: usize = 16 * TILE_ROWS;

/** Whether two vectors side by side are one of 256 bits. */
const WIDE: usize = 4032;
/** Sixteen zeros, never written. */
export const ZEROS: usize = 4096;
/** Where the threads meet: see threads.ts. */
export const MEETING: usize = 4160;

/** Sums of the parts of a vector, and how many there is room for. */
export const PARTIAL_SUMS: usize = MEETING + 512;
export const MOST_SUMS: usize = 64;

/** Within the scratch of a thread: a tile of which not all columns are wanted, then the packed blocks. */
const PACKED_A: usize = 384;
const PACKED_B: usize = PACKED_A + BLOCK_DEPTH * BLOCK_ROWS * 4;
const SCRATCH: usize = PACKED_B + BLOCK_DEPTH * BLOCK_COLUMNS * 4;
const FIRST_SCRATCH: usize = 8192;

/** Each thread has an instance of its own, and each instance this variable: its scratch begins here. */
let own: usize = FIRST_SCRATCH;

export function useScratch(at: usize): void {
  own = at;
}

/** Bytes of scratch that one thread needs. */
export function scratchBytes(): usize {
  return SCRATCH;
}

// @inline
export function edge(): usize {
  return own;
}

// @inline
export function packedA(): usize {
  return own + PACKED_A;
}

// @inline
export function packedB(): usize {
  return own + PACKED_B;
}

/** Uses the wide tile from now on, in all threads, or the narrow one: a question of speed alone. */
export function useWideTiles(wide: bool): void {
  store<bool>(WIDE, wide);
}

/** Columns of the tile where `left` columns are left. */
export function panelColumns(left: usize): usize {
  return left > NARROW_COLUMNS && load<bool>(WIDE) ? WIDE_COLUMNS : NARROW_COLUMNS;
}

/** The first byte that may be given out. */
export function heapBase(): usize {
  return FIRST_SCRATCH + SCRATCH;
}
