/** Products, and how they are cut for the threads to share. The cut never changes a number. */
import { NONE, useEpilogue } from './epilogue';
import { cut, laidDown, layDown, libraryPart, partColumns, partRows } from './library';
import { PLAIN, productPart, SMALL, TRANSPOSE_A, TRANSPOSE_B } from './matmul';
import { doPart, LIBRARY } from './parts';
import { TILE_ROWS } from './scratch';
import { write, writeNumber } from './task';
import { divideUp, PARTS } from './tasks';
import { share, team } from './threads';

/** Multiplications in a part of a product: below, handing over costs more than it gains. */
const LEAST_PRODUCT: u64 = 1 << 17;

/** Writes a product down as the task that stands, all but how it is cut across its columns. */
function writeProduct(
  kind: i32,
  size: usize,
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
  write(0, kind);
  write(1, size);
  write(2, out);
  write(3, a);
  write(4, b);
  write(5, n);
  write(6, k);
  write(7, m);
  write(8, bias);
  write(11, f);
  write(12, then);
  writeNumber(0, parameter);
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
    const byRows = m < 16 * most || (form === TRANSPOSE_A ? n >= m : k * m <= SMALL);
    const extent = byRows ? n : m;
    const unit = byRows && m > 1 ? TILE_ROWS : 16;
    const size = divideUp(divideUp(extent, most), unit) * unit;
    const parts = divideUp(extent, size);
    if (parts > 1) {
      writeProduct(form, size, out, a, b, n, k, m, bias, f, then, parameter);
      write(9, byRows);
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
  if (form === TRANSPOSE_B && layDown(b, n, k, m)) {
    form = PLAIN;
    b = laidDown();
  }
  cut(form, n, k, m);
  const across = divideUp(m, partColumns);
  const parts = across * divideUp(n, partRows);
  if (parts === 1) {
    useEpilogue(f, out, then, parameter);
    libraryPart(form, out, a, b, n, k, m, bias, 0, n, 0, m);
    return;
  }
  writeProduct(LIBRARY + form, partRows, out, a, b, n, k, m, bias, f, then, parameter);
  write(9, across);
  write(10, partColumns);
  if (team() > 1) share(parts);
  else for (let part: usize = 0; part < parts; part++) doPart(part);
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
