/** What threads share: parts of large products, of updates and of sums, and how the latter two are cut. The cut never changes a number. */
import { libraryPart } from './library';
import { productPart } from './matmul';
import { useEpilogue } from './epilogue';
import { squares } from './flat';
import { MOST_SUMS, PARTIAL_SUMS } from './scratch';
import { argument, number, write } from './task';
import { share, team } from './threads';
import {
  ADAGRAD,
  ADAM,
  FOLLOW,
  LION,
  NADAM,
  RMS_PROP,
  SGD,
  UPDATE,
  updateLength,
  updatePart,
  writePenalties,
  writeTerms,
  writeVectors,
} from './updates';

/** Its kind; other kinds are forms of product, below it, or updates, above. */
const SQUARES: i32 = 8;
/** Added to a form of product: made by the library. */
export const LIBRARY: i32 = 4;

/** Numbers in a part of an update: below, handing over costs more than it gains. */
const LEAST_UPDATE: usize = 1 << 14;
/** Parts for each thread: with one, a thread that comes late is waited for. */
export const PARTS: usize = 2;

/** Does one part of the task that stands. */
export function doPart(part: usize): void {
  const kind = <i32>argument(0);
  const size = argument(1);
  const begin = part * size;
  if (kind == SQUARES) {
    store<f64>(PARTIAL_SUMS + (part << 3), squares(argument(2) + (begin << 2), min(size, argument(3) - begin)));
    return;
  }
  if (kind >= UPDATE) {
    updatePart(kind, begin, min(size, updateLength() - begin));
    return;
  }
  const out = argument(2);
  const a = argument(3);
  const b = argument(4);
  const n = argument(5);
  const k = argument(6);
  const m = argument(7);
  const bias = argument(8);
  useEpilogue(<i32>argument(11), out, argument(12), <f32>number(0));
  if (kind >= LIBRARY) {
    const across = argument(9);
    const columns = argument(10);
    const i = (part / across) * size;
    const j = (part % across) * columns;
    libraryPart(kind - LIBRARY, out, a, b, n, k, m, bias, i, min(i + size, n), j, min(j + columns, m));
    return;
  }
  if (argument(9)) productPart(kind, out, a, b, n, k, m, bias, begin, min(begin + size, n), 0, m);
  else productPart(kind, out, a, b, n, k, m, bias, 0, n, begin, min(begin + size, m));
}

export function divideUp(a: usize, b: usize): usize {
  return (a + b - 1) / b;
}

/** The sum of squares: of parts cut by the length alone, added in their order, so that its bits do not depend on who makes which. */
export function sumOfSquares(a: usize, length: usize): f64 {
  const size = max(LEAST_UPDATE, divideUp(divideUp(length, MOST_SUMS), 16) * 16);
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

/** Makes the update that has been written down. */
function update(kind: i32, length: usize): void {
  const threads = length < 2 * LEAST_UPDATE ? 1 : team();
  if (threads == 1) {
    updatePart(kind, 0, length);
    return;
  }
  const size = divideUp(divideUp(length, min(PARTS * threads, length / LEAST_UPDATE)), 16) * 16;
  write(0, kind);
  write(1, size);
  share(divideUp(length, size));
}

export function sgd(
  w: usize,
  g: usize,
  velocity: usize,
  length: usize,
  l2: f64,
  l1: f64,
  rate: f64,
  momentum: f64,
  take: f64,
  nesterov: f64,
): void {
  writeVectors(length, w, g, velocity);
  writePenalties(l2, l1);
  writeTerms(rate, momentum, take, nesterov);
  update(SGD, length);
}

export function adam(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  most: usize,
  length: usize,
  l2: f64,
  l1: f64,
  rate: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  rootCorrection2: f64,
  keep: f64,
): void {
  writeVectors(length, w, g, m, v, most);
  writePenalties(l2, l1);
  writeTerms(rate, beta1, beta2, epsilon, rootCorrection2, keep);
  update(ADAM, length);
}

export function nadam(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  length: usize,
  l2: f64,
  l1: f64,
  rateOfGradient: f64,
  rateOfMean: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  rootCorrection2: f64,
): void {
  writeVectors(length, w, g, m, v);
  writePenalties(l2, l1);
  writeTerms(rateOfGradient, rateOfMean, beta1, beta2, epsilon, rootCorrection2);
  update(NADAM, length);
}

export function rmsProp(
  w: usize,
  g: usize,
  v: usize,
  mean: usize,
  velocity: usize,
  length: usize,
  l2: f64,
  l1: f64,
  rate: f64,
  decay: f64,
  epsilon: f64,
  momentum: f64,
): void {
  writeVectors(length, w, g, v, mean, velocity);
  writePenalties(l2, l1);
  writeTerms(rate, decay, epsilon, momentum);
  update(RMS_PROP, length);
}

export function adagrad(
  w: usize,
  g: usize,
  sum: usize,
  length: usize,
  l2: f64,
  l1: f64,
  rate: f64,
  epsilon: f64,
): void {
  writeVectors(length, w, g, sum);
  writePenalties(l2, l1);
  writeTerms(rate, epsilon);
  update(ADAGRAD, length);
}

export function lion(
  w: usize,
  g: usize,
  m: usize,
  length: usize,
  l2: f64,
  l1: f64,
  rate: f64,
  beta1: f64,
  beta2: f64,
  keep: f64,
): void {
  writeVectors(length, w, g, m);
  writePenalties(l2, l1);
  writeTerms(rate, beta1, beta2, keep);
  update(LION, length);
}

export function follow(average: usize, w: usize, length: usize, take: f64): void {
  writeVectors(length, average, w, 0);
  writeTerms(take, 0);
  update(FOLLOW, length);
}
