import type { StringColumn } from './stringColumn.ts';

/** Numbers of strings of up to three bytes, each of which is one word with its length in the fourth. */
export interface ShortTable {
  /** Adds a string that is not there; longer ones are left out. */
  add(bytes: Uint8Array, from: number, to: number, id: number): void;
  /**
   * Writes the numbers of strings `rows[0 ... n]` (of the first `n`, without `rows`) to `ids`, -1 where one is not there, up to the
   * first that is longer.
   * @returns how many
   */
  find(column: StringColumn, rows: Uint32Array | undefined, n: number, ids: Int32Array): number;
}

const LONGEST = 3;

/** Open addressing with linear probing, at most a quarter full: word and number side by side, number -1 where a place is free. */
export function createShortTable(): ShortTable {
  let places = new Int32Array(2 * 256).fill(-1);
  let size = 0;

  function put(word: number, id: number): void {
    const mask = places.length / 2 - 1;
    let place = mix(word) & mask;
    while (places[2 * place + 1] >= 0) place = (place + 1) & mask;
    places[2 * place] = word;
    places[2 * place + 1] = id;
  }

  return {
    add(bytes, from, to, id) {
      if (to - from > LONGEST) return;
      size++;
      if (8 * size > places.length) {
        const before = places;
        places = new Int32Array(2 * before.length).fill(-1);
        for (let i = 0; i < before.length; i += 2) if (before[i + 1] >= 0) put(before[i], before[i + 1]);
      }
      put(wordOf(bytes, from, to), id);
    },
    find: (column, rows, n, ids) => find(places, column, rows, n, ids),
  };
}

function find(
  places: Int32Array,
  { bytes, offsets, stride }: StringColumn,
  rows: Uint32Array | undefined,
  n: number,
  ids: Int32Array,
): number {
  const mask = places.length / 2 - 1;
  for (let i = 0; i < n; i++) {
    const at = (rows ? rows[i] : i) * stride;
    const from = offsets[at];
    const to = offsets[at + stride];
    if (to - from > LONGEST) return i;
    const word = wordOf(bytes, from, to);
    let place = mix(word) & mask;
    while (places[2 * place] !== word && places[2 * place + 1] >= 0) place = (place + 1) & mask;
    // A free place holds the word -1, which is none.
    ids[i] = places[2 * place + 1];
  }
  return n;
}

function wordOf(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length === 3) return bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16) | (3 << 24);
  if (length === 2) return bytes[from] | (bytes[from + 1] << 8) | (2 << 24);
  return length === 1 ? bytes[from] | (1 << 24) : 0;
}

function mix(word: number): number {
  const product = Math.imul(word, 0x9e3779b1);
  return product ^ (product >>> 15);
}
