import { type Data, type FixedSizeList, Type } from 'apache-arrow';

/**
 * Tells whether two rows are alike in a column, as DuckDB's order sees it: nulls are alike, NaNs are, and both zeros.
 *
 * @param a values of a column, from the start of their buffers
 * @param b others of the same type; may be the same
 */
export function alikeRows(a: Data, b: Data): (i: number, j: number) => boolean {
  const values = alikeValues(a, b);
  return (i, j) => {
    const isValid = a.getValid(i);
    return isValid === b.getValid(j) && (!isValid || values(i, j));
  };
}

function alikeValues(a: Data, b: Data): (i: number, j: number) => boolean {
  const { type, values, stride } = a;
  if (type.typeId === Type.Float) {
    // Not by bits.
    return (i, j) => values[i] === b.values[j] || (Number.isNaN(values[i]) && Number.isNaN(b.values[j]));
  }
  if (type.typeId === Type.Bool) {
    const bit = (bytes: Uint8Array, i: number) => (bytes[i >> 3]! >> (i & 7)) & 1;
    return (i, j) => bit(values, i) === bit(b.values, j);
  }
  if (type.typeId === Type.Utf8 || type.typeId === Type.Binary) {
    const [from, to] = [a.valueOffsets as Int32Array, b.valueOffsets as Int32Array];
    return (i, j) => {
      const length = from[i + 1]! - from[i]!;
      return length === to[j + 1]! - to[j]! && isSame(values, from[i]!, b.values, to[j]!, length);
    };
  }
  if (type.typeId === Type.FixedSizeList) {
    const items = alikeRows(a.children[0]!, b.children[0]!);
    const { listSize } = type as FixedSizeList;
    return (i, j) => {
      for (let k = 0; k < listSize; k++) if (!items(i * listSize + k, j * listSize + k)) return false;
      return true;
    };
  }
  return (i, j) => isSame(values, i * stride, b.values, j * stride, stride);
}

function isSame(
  a: ArrayLike<number | bigint>,
  from: number,
  b: ArrayLike<number | bigint>,
  to: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) if (a[from + i] !== b[to + i]) return false;
  return true;
}
