import { Bool, type Data, type Float64, Int32, makeData } from 'apache-arrow';

/**
 * A column of numbers or booleans from float64 in which NaN is null. A column of float64 keeps `numbers` itself.
 * @param type booleans are true where the number is 1
 * @param nullCount how many are NaN, where that is known
 */
export function numberColumn(
  type: Float64 | Int32 | Bool,
  numbers: Float64Array,
  nullCount: number = countNaN(numbers),
): Data {
  const { length } = numbers;
  const nullBitmap = nullCount > 0 ? validBits(numbers) : undefined;
  if (type instanceof Bool) return makeData({ type, length, nullCount, nullBitmap, data: trueBits(numbers) });
  if (type instanceof Int32) return makeData({ type, length, nullCount, nullBitmap, data: new Int32Array(numbers) });
  return makeData({ type, length, nullCount, nullBitmap, data: numbers });
}

function countNaN(numbers: Float64Array): number {
  let count = 0;
  for (let i = 0; i < numbers.length; i++) if (Number.isNaN(numbers[i])) count++;
  return count;
}

function validBits(numbers: Float64Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(numbers.length / 8));
  for (let i = 0; i < numbers.length; i++) if (!Number.isNaN(numbers[i])) bytes[i >> 3] |= 1 << (i & 7);
  return bytes;
}

/** Without a branch for each number: which are true cannot be guessed. */
function trueBits(numbers: Float64Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(numbers.length / 8));
  for (let i = 0; i < numbers.length; i++) bytes[i >> 3] |= (numbers[i] === 1 ? 1 : 0) << (i & 7);
  return bytes;
}
