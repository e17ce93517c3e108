/** Numbers, numbered from 0 in the order in which they are added; -0 is 0. */
export interface NumberTable {
  readonly size: number;
  /** The number of `value`, or -1. */
  find(value: number): number;
  /**
   * Writes the numbers of `values[rows[0 ... n]]` (of the first `n`, without `rows`) to `ids`, up to the first that is not there or no small
   * integer.
   * @returns the position of that one, or `n`
   */
  findSmall(values: Float64Array, rows: Uint32Array | undefined, i: number, n: number, ids: Int32Array): number;
  /** The number of `value`, which is added when it is not there. */
  add(value: number): number;
  value(id: number): number;
}

/** Integers below this are looked up without hashing: hours, weekdays, codes. */
const SMALL = 4096;

export function createNumberTable(): NumberTable {
  const ids = new Map<number, number>();
  const small = new Int32Array(SMALL).fill(-1);
  const values: number[] = [];

  function find(value: number): number {
    const index = value >>> 0;
    if (index === value && index < SMALL) return small[index];
    return ids.get(value) ?? -1;
  }

  return {
    get size() {
      return values.length;
    },
    find,
    findSmall: (values, rows, i, n, ids) => findSmall(small, values, rows, i, n, ids),
    add(value) {
      const found = find(value);
      if (found >= 0) return found;
      const id = values.length;
      if (value >= 0 && value < SMALL && Number.isInteger(value)) small[value] = id;
      else ids.set(value, id);
      values.push(value + 0);
      return id;
    },
    value: (id) => values[id],
  };
}

function findSmall(
  small: Int32Array,
  values: Float64Array,
  rows: Uint32Array | undefined,
  from: number,
  n: number,
  ids: Int32Array,
): number {
  for (let i = from; i < n; i++) {
    const value = values[rows ? rows[i] : i];
    const index = value >>> 0;
    if (index !== value || index >= SMALL) return i;
    const id = small[index];
    if (id < 0) return i;
    ids[i] = id;
  }
  return n;
}
