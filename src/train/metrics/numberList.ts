/** Numbers that are kept for the end: a typed array that grows by half. */
export interface NumberList {
  push(value: number): void;
  /** Adds all of some numbers. */
  append(values: Float64Array): void;
  /** The numbers so far; borrowed. */
  values(): Float64Array;
}

export function numberList(): NumberList {
  let room = new Float64Array(64);
  let length = 0;
  function grow(least: number): void {
    const larger = new Float64Array(Math.max(least, Math.ceil(1.5 * room.length)));
    larger.set(room);
    room = larger;
  }
  return {
    push(value) {
      if (length === room.length) grow(length + 1);
      room[length++] = value;
    },
    append(values) {
      if (length + values.length > room.length) grow(length + values.length);
      room.set(values, length);
      length += values.length;
    },
    values: () => room.subarray(0, length),
  };
}
