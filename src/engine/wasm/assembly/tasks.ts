/** What threads share: large products and updates, and how they are cut. The cut never changes a number. */
import { cut, laidDown, layDown, libraryPart, partColumns, partRows } from './library';
import { PLAIN, productPart, SMALL, TRANSPOSE_A, TRANSPOSE_B } from './matmul';
import { NONE, useEpilogue } from './epilogue';
import { squares } from './flat';
import { MOST_SUMS, PARTIAL_SUMS, TILE_ROWS } from './scratch';
import { argument, number, write, writeNumber } from './task';
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
const LIBRARY: i32 = 4;

/** Multiplications in a part of a product, numbers in a part of an update: below, handing over costs more than it gains. */
const LEAST_PRODUCT: u64 = 1 << 17;
const LEAST_UPDATE: usize = 1 << 14;
/** Parts for each thread: with one, a thread that comes late is waited for. */
const PARTS: usize = 2;

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

function writeEpilogue(f: i32, then: usize, parameter: f32): void {
  write(11, f);
  write(12, then);
  writeNumber(0, parameter);
}

function divideUp(a: usize, b: usize): usize {
  return (a + b - 1) / b;
}

/** A product; `f` of each number goes to `then`, unless it is `NONE`. */
function multiply(
  form: i32,
  out: usize,
  a: usize,
  b: usize,
  n: usize,
  k: usize,
  m: usize,
  bias: usize,
  f: i32,
  then: usize,
  parameter: f32,
): void {
  const work = <u64>n * <u64>k * <u64>m;
  const threads = work < 2 * LEAST_PRODUCT ? 1 : team();
  if (threads > 1) {
    const most = <usize>min<u64>(PARTS * threads, work / LEAST_PRODUCT);
    // By rows each part packs all of b anew, by columns all of a.
    const byRows = m < 16 * most || (form == TRANSPOSE_A ? n >= m : k * m <= SMALL);
    const extent = byRows ? n : m;
    const unit = byRows && m > 1 ? TILE_ROWS : 16;
    const size = divideUp(divideUp(extent, most), unit) * unit;
    const parts = divideUp(extent, size);
    if (parts > 1) {
      write(0, form);
      write(1, size);
      write(2, out);
      write(3, a);
      write(4, b);
      write(5, n);
      write(6, k);
      write(7, m);
      write(8, bias);
      write(9, byRows);
      writeEpilogue(f, then, parameter);
      share(parts);
      return;
    }
  }
  useEpilogue(f, out, then, parameter);
  productPart(form, out, a, b, n, k, m, bias, 0, n, 0, m);
}

/** A product by the library: in forms as above; a bias of 0 stands for none, and `then` as above. */
export function libraryProduct(
  form: i32,
  out: usize,
  a: usize,
  b: usize,
  n: usize,
  k: usize,
  m: usize,
  bias: usize,
  f: i32,
  then: usize,
  parameter: f32,
): void {
  if (form == TRANSPOSE_B && layDown(b, n, k, m)) {
    form = PLAIN;
    b = laidDown();
  }
  cut(form, n, k, m);
  const across = divideUp(m, partColumns);
  const parts = across * divideUp(n, partRows);
  if (parts == 1) {
    useEpilogue(f, out, then, parameter);
    libraryPart(form, out, a, b, n, k, m, bias, 0, n, 0, m);
    return;
  }
  write(0, LIBRARY + form);
  write(1, partRows);
  write(2, out);
  write(3, a);
  write(4, b);
  write(5, n);
  write(6, k);
  write(7, m);
  write(8, bias);
  write(9, across);
  write(10, partColumns);
  writeEpilogue(f, then, parameter);
  if (team() > 1) share(parts);
  else for (let part: usize = 0; part < parts; part++) doPart(part);
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

export function matmul(
  out: usize,
  a: usize,
  b: usize,
  n: usize,
  k: usize,
  m: usize,
  bias: usize,
  f: i32,
  then: usize,
  parameter: f32,
): void {
  multiply(PLAIN, out, a, b, n, k, m, bias, f, then, parameter);
}

export function matmulTransposeB(out: usize, a: usize, b: usize, n: usize, k: usize, m: usize): void {
  multiply(TRANSPOSE_B, out, a, b, n, k, m, 0, NONE, 0, 0);
}

export function matmulTransposeA(out: usize, a: usize, b: usize, n: usize, k: usize, m: usize): void {
  multiply(TRANSPOSE_A, out, a, b, n, k, m, 0, NONE, 0, 0);
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
