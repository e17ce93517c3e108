/**
 * The task that stands: what threads share is written here, in memory that all of them see. First its kind and what it takes in whole numbers,
 * then what it takes in float64.
 */
import { MEETING } from './scratch';

const TASK: usize = MEETING + 256;
const NUMBERS: usize = TASK + 64;

// @inline
export function argument(i: usize): usize {
  return load<u32>(TASK + (i << 2));
}

// @inline
export function write(i: usize, value: usize): void {
  store<u32>(TASK + (i << 2), value);
}

// @inline
export function number(i: usize): f64 {
  return load<f64>(NUMBERS + (i << 3));
}

// @inline
export function writeNumber(i: usize, value: f64): void {
  store<f64>(NUMBERS + (i << 3), value);
}

/** Where what an update works on and takes is written: after the kind and the size of a part its length, then the vectors. */
const LENGTH: usize = 2;
const VECTORS: usize = 3;

export function writeUpdate(length: usize, v0: usize, v1: usize, v2: usize, v3: usize, v4: usize): void {
  write(LENGTH, length);
  write(VECTORS, v0);
  write(VECTORS + 1, v1);
  write(VECTORS + 2, v2);
  write(VECTORS + 3, v3);
  write(VECTORS + 4, v4);
}

export function updateLength(): usize {
  return argument(LENGTH);
}

/** A vector of an update from its byte `at` on; 0 where it is not kept. */
// @inline
export function vector(i: usize, at: usize): usize {
  const from = argument(VECTORS + i);
  return from ? from + at : 0;
}
