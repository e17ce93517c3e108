import { makeData, Null } from 'apache-arrow';
import { ABSENT } from './cells.ts';
import type { ColumnReader } from './columnReader.ts';
import { isOneOf, type ValueStyle } from './valueStyle.ts';

/** Reads a column in which no row has a value. */
export function createNullReader({ nulls }: ValueStyle): ColumnReader {
  let length = 0;
  return {
    read(bytes, { width, rows, starts, ends, kinds }, column, from = 0) {
      for (let row = from, cell = from * width + column; row < rows; row++, cell += width) {
        if (kinds[cell] !== ABSENT && !isOneOf(nulls, bytes, starts[cell]!, ends[cell]!)) return row;
      }
      length += rows;
      return -1;
    },
    take() {
      const taken = makeData({ type: new Null(), length });
      length = 0;
      return taken;
    },
  };
}
