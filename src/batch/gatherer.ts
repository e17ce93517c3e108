import type { Vector } from '../engine/types.ts';
import type { RowLayout } from '../preprocess/types.ts';
import type { BatchMemory } from './batchMemory.ts';
import { gatherVectors, isVector } from './gatherVectors.ts';
import { type Rows, SEGMENT_ROWS, SEGMENT_SHIFT } from './types.ts';

/** Copies rows of a window into the memory of a mini-batch. */
export interface Gatherer {
  /** @returns a function that copies the `n` rows that are `at`-th and following in the order of the window */
  from(rows: Rows): (at: number, n: number) => void;
}

/** Writes one field of `n` rows to its place; the first row's words lie from `begin` on. */
type Spread = (begin: number, n: number) => void;

/** Words of rows side by side: as integers and as floats, in the same memory. */
interface Gathered {
  ints: Int32Array;
  floats: Float32Array;
}

/** Words that are gathered ahead, where there are so many: a megabyte. */
const AHEAD = 262144;

/** Rows that are gathered before the next: two passes over them find them in the first cache. */
const CHUNK = 512;

/**
 * Works in two passes, both without branches in a row: rows are gathered from wherever they lie into a small array, in which they lie
 * side by side; then each field is spread to its place. The processor can so wait for many rows at once. Rows of many mini-batches are gathered
 * ahead, since a step takes from the caches the page tables of a window, which the first pass needs for each row.
 */
export function createGatherer(layout: RowLayout, memory: BatchMemory): Gatherer {
  const { words } = layout;
  const size = memory.y.length;
  const most = Math.max(1, Math.floor(AHEAD / (words * size))) * size;
  const gathered: Gathered = { ints: new Int32Array(0), floats: new Float32Array(0) };
  const others = layout.fields.filter((field) => !isVector(field));
  const spreads = spreadsOf({ ...layout, fields: others }, memory, gathered);
  return {
    from(rows) {
      const ahead = Math.min(most, rows.length);
      if (gathered.ints.length < ahead * words) {
        gathered.ints = new Int32Array(ahead * words);
        gathered.floats = new Float32Array(gathered.ints.buffer);
      }
      const { ints } = gathered;
      if (others.length < layout.fields.length) {
        const gather = gatherVectors(layout, memory.x, ints, rows);
        return (at, n) => {
          gather(at, n);
          for (const spread of spreads) spread(0, n);
        };
      }
      const { segments, order, length } = rows;
      const views = segments.map((segment) => new Int32Array(segment.buffer, segment.byteOffset, segment.length));
      let [begin, end] = [0, 0];
      return (at, n) => {
        if (at < begin || at + n > end) {
          begin = at;
          end = Math.min(at + ahead, length);
          for (let from = begin; from < end; from += CHUNK) {
            collectRows(ints, (from - begin) * words, words, views, order, from, Math.min(CHUNK, end - from));
          }
        }
        for (const spread of spreads) spread((at - begin) * words, n);
      };
    },
  };
}

/**
 * Copies `n` rows to `out`, from its word `to` on. The first word of every row goes before the others: its loop is so short that the processor has
 * many rows under way at once, and the rest of a row is then in its cache. Measured on 2.85M permuted rows of 24 bytes: 0.21 s, row by row 0.29 s.
 */
function collectRows(
  out: Int32Array,
  to: number,
  words: number,
  segments: readonly Int32Array[],
  order: Uint32Array | undefined,
  at: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) {
    const row = order ? order[at + i] : at + i;
    out[to + i * words] = segments[row >>> SEGMENT_SHIFT][(row & (SEGMENT_ROWS - 1)) * words];
  }
  for (let i = 0; i < n; i++) {
    const row = order ? order[at + i] : at + i;
    const segment = segments[row >>> SEGMENT_SHIFT];
    let from = (row & (SEGMENT_ROWS - 1)) * words;
    const end = to + words;
    for (to++, from++; to < end; to++, from++) out[to] = segment[from];
  }
}

function spreadsOf(layout: RowLayout, { x, codes, y, weights }: BatchMemory, gathered: Gathered): Spread[] {
  const { words, width } = layout;
  let embedding = 0;
  return layout.fields.map((field): Spread => {
    const { word } = field;
    switch (field.kind) {
      case 'numbers':
        return (begin, n) => copyColumns(x, field.column, width, gathered.floats, begin + word, words, field.count, n);
      case 'target':
        return (begin, n) => copyColumns(y, 0, 1, gathered.floats, begin + word, words, 1, n);
      case 'weight':
        return (begin, n) => copyColumns(weights as Vector, 0, 1, gathered.floats, begin + word, words, 1, n);
      case 'embedding': {
        const out = codes[embedding++];
        return (begin, n) => {
          const { ints } = gathered;
          for (let i = 0, at = begin + word; i < n; i++, at += words) out[i] = ints[at];
        };
      }
      default:
        return oneHot(x, field.column, width, gathered, word, words);
    }
  });
}

/** Numbers of a field from which on it is copied row by row: column by column would touch every row's memory once a number. */
const WIDE = 8;

function copyColumns(
  out: Vector,
  column: number,
  width: number,
  floats: Float32Array,
  word: number,
  words: number,
  count: number,
  n: number,
): void {
  if (count >= WIDE) {
    for (let i = 0, to = column, at = word; i < n; i++, to += width, at += words) {
      for (let k = 0; k < count; k++) out[to + k] = floats[at + k];
    }
    return;
  }
  for (let k = 0; k < count; k++) {
    for (let i = 0, to = column + k, at = word + k; i < n; i++, to += width, at += words) out[to] = floats[at];
  }
}

/** Clears only what it has set before: a one-hot of a thousand columns costs no more than one of two. */
function oneHot(x: Vector, column: number, width: number, gathered: Gathered, word: number, words: number): Spread {
  const set = new Int32Array(x.length / width);
  let count = 0;
  return (begin, n) => {
    const { ints } = gathered;
    for (let i = 0; i < count; i++) x[set[i]] = 0;
    for (let i = 0, at = begin + word, to = column; i < n; i++, at += words, to += width) {
      set[i] = to + ints[at];
      x[set[i]] = 1;
    }
    count = n;
  };
}
