/** How a value stands in the bytes. */
export const ABSENT = 0;
/** As it is. */
export const BARE = 1;
/** Between quotes, which are not part of it. */
export const QUOTED = 2;
/** Between quotes, with some of its bytes written in another way. */
export const ESCAPED = 3;
/** Without quotes, with some of its bytes written in another way. */
export const BARE_ESCAPED = 4;
/** An object of JSON; what follows are no single values. */
export const OBJECT = 5;
/** An array of JSON. */
export const LIST = 6;

/**
 * Where the values of some rows lie in bytes: `width` cells a row, one row after the other. Found row by row, read column by
 * column.
 */
export interface Cells {
  readonly width: number;
  /** Rows there is room for. */
  readonly capacity: number;
  /** Rows found. */
  rows: number;
  /** The first byte of each value, and the one after its last; written beyond the capacity, a typed array forgets. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** `ABSENT`, `BARE`, `QUOTED`, `ESCAPED`, `BARE_ESCAPED`, `OBJECT` or `LIST`. */
  readonly kinds: Uint8Array;
  /** The first byte of each row, and the one after its line end. */
  readonly rowStarts: Int32Array;
  readonly rowEnds: Int32Array;
}

/** Room for the cells of `capacity` rows. */
export function createCells(width: number, capacity: number): Cells {
  const size = width * capacity;
  return {
    width,
    capacity,
    rows: 0,
    starts: new Int32Array(size),
    ends: new Int32Array(size),
    kinds: new Uint8Array(size),
    rowStarts: new Int32Array(capacity),
    rowEnds: new Int32Array(capacity),
  };
}

/** Leaves a row without values. */
export function clearRow({ width, kinds }: Cells, row: number): void {
  kinds.fill(ABSENT, row * width, (row + 1) * width);
}
