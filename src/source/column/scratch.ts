/** Gives memory for so many numbers; it is borrowed: valid until the next call, and may hold anything. */
export type Scratch = (length: number) => Float64Array;

/** Memory that is used for a record batch after the other. */
export function createScratch(): Scratch {
  let numbers = new Float64Array(0);
  return (length) => {
    if (numbers.length < length) numbers = new Float64Array(length);
    return numbers.subarray(0, length);
  };
}
