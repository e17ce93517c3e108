/** Sums and updates, and how they are cut for the threads to share. The cut never changes a number. */
import { squares } from './flat';
import { doPart, SQUARES, UPDATE } from './parts';
import { MOST_SUMS, PARTIAL_SUMS } from './scratch';
import { write, writeNumber, writeUpdate } from './task';
import { share, team } from './threads';
import { updatePart } from './updates';

/** Numbers in a part: below, handing over costs more than it gains. */
const LEAST_PART: usize = 1 << 14;
/** Parts for each thread: with one, a thread that comes late is waited for. */
export const PARTS: usize = 2;

export function divideUp(a: usize, b: usize): usize {
  return (a + b - 1) / b;
}

/** The sum of squares: of parts cut by the length alone, added in their order, so that its bits do not depend on who makes which. */
export function sumOfSquares(a: usize, length: usize): f64 {
  const size = max(LEAST_PART, divideUp(divideUp(length, MOST_SUMS), 16) * 16);
  const parts = divideUp(length, size);
  if (parts <= 1) return squares(a, length);
  write(0, SQUARES);
  write(1, size);
  write(2, a);
  write(3, length);
  if (team() > 1) share(parts);
  else for (let part: usize = 0; part < parts; part++) doPart(part);
  let sum: f64 = 0;
  for (let part: usize = 0; part < parts; part++) sum += load<f64>(PARTIAL_SUMS + (part << 3));
  return sum;
}

/** Makes an update, by its number, of its vectors and its numbers. */
export function update(
  number: i32,
  length: usize,
  v0: usize,
  v1: usize,
  v2: usize,
  v3: usize,
  v4: usize,
  t0: f64,
  t1: f64,
  t2: f64,
  t3: f64,
  t4: f64,
  t5: f64,
  t6: f64,
  t7: f64,
): void {
  writeUpdate(length, v0, v1, v2, v3, v4);
  writeNumber(0, t0);
  writeNumber(1, t1);
  writeNumber(2, t2);
  writeNumber(3, t3);
  writeNumber(4, t4);
  writeNumber(5, t5);
  writeNumber(6, t6);
  writeNumber(7, t7);
  const threads = length < 2 * LEAST_PART ? 1 : team();
  if (threads === 1) {
    updatePart(number, 0, length);
    return;
  }
  const size = divideUp(divideUp(length, min(PARTS * threads, length / LEAST_PART)), 16) * 16;
  write(0, UPDATE + number);
  write(1, size);
  share(divideUp(length, size));
}
