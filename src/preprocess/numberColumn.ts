import { Bool, type Data, type Float64, Int32, makeData } from 'apache-arrow';

/**
 * A column of numbers or booleans from float64 in which NaN is null.
 * @param type booleans are true where the number is not 0
 */
export function numberColumn(type: Float64 | Int32 | Bool, numbers: Float64Array): Data {
  const { length } = numbers;
  let nullCount = 0;
  for (let i = 0; i < length; i++) if (Number.isNaN(numbers[i])) nullCount++;
  const nullBitmap = nullCount ? bits(numbers, (value) => !Number.isNaN(value)) : undefined;
  if (type instanceof Bool) {
    return makeData({ type, length, nullCount, nullBitmap, data: bits(numbers, (value) => value === 1) });
  }
  if (type instanceof Int32) return makeData({ type, length, nullCount, nullBitmap, data: Int32Array.from(numbers) });
  return makeData({ type, length, nullCount, nullBitmap, data: numbers });
}

function bits(numbers: Float64Array, holds: (value: number) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(numbers.length / 8));
  for (let i = 0; i < numbers.length; i++) if (holds(numbers[i])) bytes[i >> 3] |= 1 << (i & 7);
  return bytes;
}
