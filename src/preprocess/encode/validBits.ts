/** Which of these numbers are values, as Arrow has it: a bit each, 0 for NaN. */
export interface ValidBits {
  readonly nullCount: number;
  /** Undefined where all are. */
  readonly nullBitmap: Uint8Array | undefined;
}

/** @param nullCount how many are NaN, where that is known */
export function validBits(numbers: Float64Array, nullCount: number = countNaN(numbers)): ValidBits {
  if (nullCount === 0) return { nullCount, nullBitmap: undefined };
  const nullBitmap = new Uint8Array(Math.ceil(numbers.length / 8));
  for (let i = 0; i < numbers.length; i++) if (!Number.isNaN(numbers[i])) nullBitmap[i >> 3] |= 1 << (i & 7);
  return { nullCount, nullBitmap };
}

function countNaN(numbers: Float64Array): number {
  let count = 0;
  for (let i = 0; i < numbers.length; i++) if (Number.isNaN(numbers[i])) count++;
  return count;
}
