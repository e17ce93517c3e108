import type { Vector } from '../engine/types.ts';
import type { Field, NumbersField, RowLayout } from '../preprocess/types.ts';
import { type Rows, SEGMENT_ROWS, SEGMENT_SHIFT } from './types.ts';

/** Numbers of a field from which on they go from the window to x as one block: for fewer, making a view of them costs more than it saves. */
const BLOCK = 64;

/** Whether the field is long enough to be copied by itself. */
export function isVector(field: Field): field is NumbersField {
  return field.kind === 'numbers' && field.count >= BLOCK;
}

/**
 * Copies the long fields of rows, vectors of pixels for one, straight from the window to x, and the words of all other fields to where
 * `gatherer` looks for them: the array that fields of few words go through would copy them twice.
 *
 * @param words gets the other words, `layout.words` a row
 */
export function gatherVectors(
  layout: RowLayout,
  x: Vector,
  words: Int32Array,
  { segments, order }: Rows,
): (at: number, n: number) => void {
  // By way of a row of our own: into shared memory, what is not aligned as the target is goes byte by byte.
  const vectors = layout.fields.filter(isVector).map((field) => ({ ...field, row: new Float32Array(field.count) }));
  const inVector = (word: number) => vectors.some((field) => word >= field.word && word < field.word + field.count);
  const others = Array.from({ length: layout.words }, (_, word) => word).filter((word) => !inVector(word));
  const ints = segments.map((segment) => new Int32Array(segment.buffer, segment.byteOffset, segment.length));
  return (at, n) => {
    for (let i = 0; i < n; i++) {
      const row = order ? order[at + i] : at + i;
      const segment = row >>> SEGMENT_SHIFT;
      const begin = (row & (SEGMENT_ROWS - 1)) * layout.words;
      for (const word of others) words[i * layout.words + word] = ints[segment][begin + word];
      for (const { word, count, column, row: numbers } of vectors) {
        numbers.set(segments[segment].subarray(begin + word, begin + word + count));
        x.set(numbers, i * layout.width + column);
      }
    }
  };
}
