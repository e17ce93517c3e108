import { Bool, type Data, type Float64, Int32, makeData } from 'apache-arrow';
import { validBits } from './validBits.ts';

/**
 * A column of numbers or booleans from float64 in which NaN is null.
 * @param type booleans are true where the number is 1
 * @param numbers a column of float64 keeps them
 * @param nullCount how many are NaN, where that is known
 */
export function numberColumn(type: Float64 | Int32 | Bool, numbers: Float64Array, nullCount?: number): Data {
  const common = { length: numbers.length, ...validBits(numbers, nullCount) };
  if (type instanceof Bool) return makeData({ ...common, type, data: trueBits(numbers) });
  if (type instanceof Int32) return makeData({ ...common, type, data: new Int32Array(numbers) });
  return makeData({ ...common, type, data: numbers });
}

/** Without a branch for each number: which are true cannot be guessed. */
function trueBits(numbers: Float64Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(numbers.length / 8));
  for (let at = 0, i = 0; at < bytes.length; at++) {
    let byte = 0;
    for (const end = Math.min(i + 8, numbers.length), begin = i; i < end; i++)
      byte |= (numbers[i] === 1 ? 1 : 0) << (i - begin);
    bytes[at] = byte;
  }
  return bytes;
}
