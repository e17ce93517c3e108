import { type Data, type FixedSizeList, type Float, type Int, Precision, Type } from 'apache-arrow';
import { SchemaError } from '../../errors.ts';
import { readNumbers } from '../../source/column/readNumbers.ts';

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
  /** Where the numbers of a row begin, or `NULL`, or `WRONG_SIZE`. */
  startOf(row: number): number;
  /** The numbers of a row that is not null. */
  sizeOf(row: number): number;
}

export const NULL = -1;
export const WRONG_SIZE = -2;

/**
 * A column of lists, without a copy where its numbers are not null and float64 or less holds them.
 *
 * @param where who asks, for errors
 * @throws SchemaError where the lists have another fixed size
 */
export function readVectors(data: Data, size: number, where: string): Vectors {
  const isNull = nullTest(data);
  if (data.typeId === Type.Null) return { numbers: new Float64Array(0), startOf: () => NULL, sizeOf: () => 0 };
  const numbers = directNumbers(data.children[0]) ?? readNumbers(data.children[0]);
  if (data.typeId === Type.FixedSizeList) {
    const { listSize } = data.type as FixedSizeList;
    if (listSize !== size) {
      throw new SchemaError({ where, expected: `lists of ${size} numbers`, received: `${data.type} of ${listSize}` });
    }
    return { numbers, startOf: (row) => (isNull(row) ? NULL : row * size), sizeOf: () => size };
  }
  const { valueOffsets } = data;
  const sizeOf = (row: number) => Number(valueOffsets[row + 1]) - Number(valueOffsets[row]);
  return {
    numbers,
    startOf(row) {
      if (isNull(row)) return NULL;
      return sizeOf(row) === size ? Number(valueOffsets[row]) : WRONG_SIZE;
    },
    sizeOf,
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
