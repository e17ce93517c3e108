import { type Data, type FixedSizeList, type Float, type Int, Precision, Type } from 'apache-arrow';
import { SchemaError } from '../errors.ts';
import { readNumbers } from './readNumbers.ts';
import { rowError } from './rowError.ts';

/** Lists of one length, in one array. */
export interface Vectors {
  readonly numbers:
    | Float64Array
    | Float32Array
    | Int8Array
    | Uint8Array
    | Int16Array
    | Uint16Array
    | Int32Array
    | Uint32Array;
  /** Where the numbers of a row begin; -1 where the row is null. */
  startOf(row: number): number;
}

/**
 * A column of lists, without a copy where its numbers are not null and float64 or less holds them.
 *
 * @param where who asks, for errors
 * @param rowsBefore rows of the stream before this record batch, for errors
 * @throws SchemaError where the lists have another fixed size
 * @throws DataError, from `startOf`, where a list has another size
 */
export function readVectors(data: Data, size: number, where: string, rowsBefore: number): Vectors {
  const isNull = nullTest(data);
  if (data.typeId === Type.Null) return { numbers: new Float64Array(0), startOf: () => -1 };
  const numbers = directNumbers(data.children[0]) ?? readNumbers(data.children[0]);
  if (data.typeId === Type.FixedSizeList) {
    const { listSize } = data.type as FixedSizeList;
    if (listSize !== size) {
      throw new SchemaError({ where, expected: `lists of ${size} numbers`, received: `${data.type} of ${listSize}` });
    }
    return { numbers, startOf: (row) => (isNull(row) ? -1 : row * size) };
  }
  const { valueOffsets } = data;
  return {
    numbers,
    startOf(row) {
      if (isNull(row)) return -1;
      const count = Number(valueOffsets[row + 1]) - Number(valueOffsets[row]);
      if (count === size) return Number(valueOffsets[row]);
      const expected = `a list of ${size} numbers`;
      throw rowError({ where, row: rowsBefore + row, expected, received: `one of ${count}` });
    },
  };
}

function nullTest({ typeId, nullCount, nullBitmap, offset }: Data): (row: number) => boolean {
  if (typeId === Type.Null || nullCount === 0) return () => false;
  return (row) => ((nullBitmap[(offset + row) >> 3] >> ((offset + row) & 7)) & 1) === 0;
}

/** The numbers as they lie in the record batch, where that is how they are meant. */
function directNumbers({ type, values, length, nullCount }: Data): Vectors['numbers'] | undefined {
  if (nullCount > 0) return undefined;
  const direct =
    type.typeId === Type.Float
      ? (type as Float).precision !== Precision.HALF
      : type.typeId === Type.Int && (type as Int).bitWidth <= 32;
  return direct ? values.subarray(0, length) : undefined;
}
