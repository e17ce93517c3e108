/** One bit for each row that has a value, and the number of rows that have none, as Arrow wants them. */
export interface Validity {
  /** Makes room; at least for as many rows as are to be told of. */
  reserve(rows: number): void;
  set(row: number): void;
  unset(): void;
  /** The bits of the first rows, and begins anew. */
  take(rows: number): { readonly nullCount: number; readonly nullBitmap: Uint8Array | undefined };
}

export function createValidity(): Validity {
  let bits = new Uint8Array(128);
  let nulls = 0;
  return {
    reserve(rows) {
      if (rows <= bits.length * 8) return;
      const larger = new Uint8Array(Math.max((rows + 7) >> 3, bits.length * 2));
      larger.set(bits);
      bits = larger;
    },
    set(row) {
      bits[row >> 3]! |= 1 << (row & 7);
    },
    unset() {
      nulls++;
    },
    take(rows) {
      const taken = { nullCount: nulls, nullBitmap: nulls === 0 ? undefined : bits.subarray(0, (rows + 7) >> 3) };
      bits = new Uint8Array(bits.length);
      nulls = 0;
      return taken;
    },
  };
}
