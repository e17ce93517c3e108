import { makeData, Utf8 } from 'apache-arrow';
import { createValidity } from '../validity.ts';
import { ABSENT, BARE, BARE_ESCAPED, ESCAPED, OBJECT } from './cells.ts';
import type { ColumnReader } from './columnReader.ts';
import { isOneOf, type ValueStyle } from './valueStyle.ts';

/** Values there is room for at first. */
const firstCapacity = 1024;

/** Reads text of any length. */
export function createStringReader({ nulls, quotedNulls, decode }: ValueStyle): ColumnReader {
  const hasNulls = nulls.length > 0;
  let text = new Uint8Array(8 * firstCapacity);
  let offsets = new Int32Array(firstCapacity + 1);
  let length = 0;
  let used = 0;
  const validity = createValidity();
  return {
    read(bytes, { width, rows, starts, ends, kinds }, column, from = 0) {
      validity.reserve(length + rows);
      if (length + rows >= offsets.length) offsets = grow(offsets, length + rows + 1);
      for (let row = from, cell = from * width + column; row < rows; row++, cell += width) {
        const kind = kinds[cell]!;
        const start = starts[cell]!;
        const end = ends[cell]!;
        // In CSV, what stands between quotes is meant as it stands, were it nothing.
        const mayBeNull = hasNulls && (kind === BARE || quotedNulls || kind === BARE_ESCAPED);
        if (kind === ABSENT || (mayBeNull && isOneOf(nulls, bytes, start, end))) validity.unset();
        else {
          if (kind >= OBJECT) return row;
          // A value is never longer than the way in which it is escaped.
          if (used + end - start > text.length) text = grow(text, used + end - start);
          if (kind === ESCAPED || kind === BARE_ESCAPED) {
            const written = decode(bytes, start, end, text, used);
            if (written < 0) return row;
            used += written;
          } else if (end - start < 32) for (let i = start; i < end; i++) text[used++] = bytes[i]!;
          else {
            text.set(bytes.subarray(start, end), used);
            used += end - start;
          }
          validity.set(length + row);
        }
        offsets[length + row + 1] = used;
      }
      length += rows;
      return -1;
    },
    take() {
      const taken = makeData({
        type: new Utf8(),
        length,
        ...validity.take(length),
        valueOffsets: offsets.subarray(0, length + 1),
        data: text.subarray(0, used),
      });
      text = new Uint8Array(text.length);
      offsets = new Int32Array(offsets.length);
      length = 0;
      used = 0;
      return taken;
    },
  };
}

function grow<A extends Uint8Array | Int32Array>(array: A, size: number): A {
  const larger = new (array.constructor as new (size: number) => A)(Math.max(size, array.length * 2));
  larger.set(array);
  return larger;
}
