/**
 * Memory that the kernels keep for themselves, below what is given out. It is not declared as data, or the file would carry
 * a megabyte of zeros.
 */

/**
 * Rows and columns of the register tile; the depth and width of a packed block of b, the rows of a packed block of a. Unfused, the
 * product wants a register of its own before it is added, and leaves room for a row less.
 */
export const TILE_ROWS: usize = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;
export const TILE_COLUMNS: usize = 8;
export const BLOCK_DEPTH: usize = 256;
export const BLOCK_COLUMNS: usize = 512;
export const BLOCK_ROWS: usize = 16 * TILE_ROWS;

/** Eight zeros, never written. */
export const ZEROS: usize = 4096;
/** A tile of which not all columns are wanted. */
export const EDGE: usize = 4160;
export const PACKED_A: usize = 8192;
export const PACKED_B: usize = PACKED_A + BLOCK_DEPTH * BLOCK_ROWS * 4;
export const SCRATCH_END: usize = PACKED_B + BLOCK_DEPTH * BLOCK_COLUMNS * 4;

/** The first byte that may be given out. */
export function heapBase(): usize {
  return SCRATCH_END;
}
