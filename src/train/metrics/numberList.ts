/** Numbers that are kept for the end: a typed array that doubles. */
export interface NumberList {
  push(value: number): void;
  /** The numbers so far; borrowed. */
  values(): Float64Array;
}

export function numberList(): NumberList {
  let room = new Float64Array(1024);
  let length = 0;
  return {
    push(value) {
      if (length === room.length) {
        const larger = new Float64Array(2 * length);
        larger.set(room);
        room = larger;
      }
      room[length++] = value;
    },
    values: () => room.subarray(0, length),
  };
}
