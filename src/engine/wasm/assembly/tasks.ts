/** What threads share: large products and updates, and how they are cut. The cut never changes a number. */
import { cut, laidDown, layDown, libraryPart, partColumns, partRows } from './library';
import { PLAIN, productPart, SMALL, TRANSPOSE_A, TRANSPOSE_B } from './matmul';
import { MEETING, TILE_ROWS } from './scratch';
import { share, team } from './threads';
import { adamPart } from './update';

/** The task that stands: its kind, a form of product or this one, and the arguments. */
const TASK: usize = MEETING + 256;
const ADAM: i32 = 3;
/** Added to a form of product: made by the library. */
const LIBRARY: i32 = 4;

/** Multiplications in a part of a product, numbers in a part of an update: below, handing over costs more than it gains. */
const LEAST_PRODUCT: u64 = 1 << 17;
const LEAST_UPDATE: usize = 1 << 14;
/** Parts for each thread: with one, a thread that comes late is waited for. */
const PARTS: usize = 2;

// @ts-expect-error: decorator
@inline
function argument(i: usize): usize {
  return load<u32>(TASK + (i << 2));
}

// @ts-expect-error: decorator
@inline
function write(i: usize, value: usize): void {
  store<u32>(TASK + (i << 2), value);
}

/** Numbers stand in float64 after the other arguments. */
// @ts-expect-error: decorator
@inline
function number(i: usize): f64 {
  return load<f64>(TASK + 64 + (i << 3));
}

// @ts-expect-error: decorator
@inline
function writeNumber(i: usize, value: f64): void {
  store<f64>(TASK + 64 + (i << 3), value);
}

/** Does one part of the task that stands. */
export function doPart(part: usize): void {
  const kind = <i32>argument(0);
  const size = argument(1);
  const begin = part * size;
  const out = argument(2);
  const a = argument(3);
  const b = argument(4);
  const n = argument(5);
  if (kind == ADAM) {
    const at = begin << 2;
    const length = min(size, n - begin);
    adamPart(out + at, a + at, b + at, argument(6) + at, length, number(0), number(1), number(2), number(3), number(4));
    return;
  }
  const k = argument(6);
  const m = argument(7);
  const bias = argument(8);
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

function divideUp(a: usize, b: usize): usize {
  return (a + b - 1) / b;
}

function multiply(form: i32, out: usize, a: usize, b: usize, n: usize, k: usize, m: usize, bias: usize): void {
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
      share(parts);
      return;
    }
  }
  productPart(form, out, a, b, n, k, m, bias, 0, n, 0, m);
}

/** A product by the library: in forms as above; a bias of 0 stands for none. */
export function libraryProduct(
  form: i32,
  out: usize,
  a: usize,
  b: usize,
  n: usize,
  k: usize,
  m: usize,
  bias: usize,
): void {
  if (form == TRANSPOSE_B && layDown(b, n, k, m)) {
    form = PLAIN;
    b = laidDown();
  }
  cut(form, n, k, m);
  const across = divideUp(m, partColumns);
  const parts = across * divideUp(n, partRows);
  if (parts == 1) {
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
  if (team() > 1) share(parts);
  else for (let part: usize = 0; part < parts; part++) doPart(part);
}

export function matmul(out: usize, a: usize, b: usize, n: usize, k: usize, m: usize, bias: usize): void {
  multiply(PLAIN, out, a, b, n, k, m, bias);
}

export function matmulTransposeB(out: usize, a: usize, b: usize, n: usize, k: usize, m: usize): void {
  multiply(TRANSPOSE_B, out, a, b, n, k, m, 0);
}

export function matmulTransposeA(out: usize, a: usize, b: usize, n: usize, k: usize, m: usize): void {
  multiply(TRANSPOSE_A, out, a, b, n, k, m, 0);
}

export function adam(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  length: usize,
  rate: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  rootCorrection2: f64,
): void {
  const threads = length < 2 * LEAST_UPDATE ? 1 : team();
  if (threads == 1) {
    adamPart(w, g, m, v, length, rate, beta1, beta2, epsilon, rootCorrection2);
    return;
  }
  const size = divideUp(divideUp(length, min(PARTS * threads, length / LEAST_UPDATE)), 16) * 16;
  write(0, ADAM);
  write(1, size);
  write(2, w);
  write(3, g);
  write(4, m);
  write(5, length);
  write(6, v);
  writeNumber(0, rate);
  writeNumber(1, beta1);
  writeNumber(2, beta2);
  writeNumber(3, epsilon);
  writeNumber(4, rootCorrection2);
  share(divideUp(length, size));
}
