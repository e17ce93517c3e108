/**
 * The task that stands: what threads share is written here, in memory that all of them see. First its kind and what it takes in whole numbers,
 * then what it takes in float64.
 */
import { MEETING } from './scratch';

const TASK: usize = MEETING + 256;
const NUMBERS: usize = TASK + 64;

// @ts-expect-error: decorator
@inline
export function argument(i: usize): usize {
  return load<u32>(TASK + (i << 2));
}

// @ts-expect-error: decorator
@inline
export function write(i: usize, value: usize): void {
  store<u32>(TASK + (i << 2), value);
}

// @ts-expect-error: decorator
@inline
export function number(i: usize): f64 {
  return load<f64>(NUMBERS + (i << 3));
}

// @ts-expect-error: decorator
@inline
export function writeNumber(i: usize, value: f64): void {
  store<f64>(NUMBERS + (i << 3), value);
}
