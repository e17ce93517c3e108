import { freeBuffer } from '../../engine/freeBuffer.ts';
import type { Vector } from '../../engine/types.ts';

/** Numbers that are kept for the end: a typed array that grows by half. */
export interface NumberList {
  /** To be called before such numbers come: as many bytes are kept of each as they have here. */
  keepDigits(numbers: Vector): void;
  push(value: number): void;
  /** Adds all of some numbers. */
  append(values: Vector): void;
  /** The numbers so far; borrowed. */
  values(): Vector;
}

export function numberList(): NumberList {
  let room: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> = new Float32Array(64);
  let length = 0;
  function grow(least: number): void {
    const numbers = Math.max(least, Math.ceil(1.5 * room.length));
    const larger = room instanceof Float64Array ? new Float64Array(numbers) : new Float32Array(numbers);
    larger.set(room);
    freeBuffer(room.buffer);
    room = larger;
  }
  function keepDigits(numbers: Vector): void {
    if (numbers instanceof Float64Array && room instanceof Float32Array) room = Float64Array.from(room);
  }
  return {
    keepDigits,
    push(value) {
      if (length === room.length) grow(length + 1);
      room[length++] = value;
    },
    append(values) {
      keepDigits(values);
      if (length + values.length > room.length) grow(length + values.length);
      room.set(values, length);
      length += values.length;
    },
    values: () => room.subarray(0, length),
  };
}
