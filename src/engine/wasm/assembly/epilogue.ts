/** What is done to the numbers of a product as soon as they are there, while they are in the cache: a function of each goes to another matrix. */
import { elementwise } from './elementwise';

/** Stands for no function. */
export const NONE: i32 = 0;

/** Each thread has an instance of its own, and each instance these variables. */
let f: i32 = NONE;
let parameter: f32 = 0;
/** From a number to the function of it. */
let distance: usize = 0;

/** Sets what is done to the numbers of the products that follow. */
export function useEpilogue(name: i32, from: usize, to: usize, by: f32): void {
  f = name;
  distance = to - from;
  parameter = by;
}

/** Called with a part of a product that is done; `step` leads from one row to the next, in bytes. */
export function finish(z: usize, step: usize, rows: usize, columns: usize): void {
  if (f === NONE) return;
  if (step === columns << 2) {
    elementwise(f, z + distance, z, rows * columns, parameter);
    return;
  }
  for (let i: usize = 0; i < rows; i++) {
    elementwise(f, z + distance, z, columns, parameter);
    z += step;
  }
}
