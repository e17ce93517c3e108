/**
 * Products that a library of the system makes. They are cut by their sizes alone, so that a product comes of the same calls, and so has the same
 * bits, whoever makes which of its parts.
 */
import { finish } from './epilogue';
import { transpose } from './pack';
import { packedB } from './scratch';
import { storePart } from './simd';

/** `out[n, m] = op(a) op(b) + beta out`, where b is transposed in form 1 and a in form 2. Steps count numbers. */
// @external('env', 'sgemm')
declare function sgemm(
  form: i32,
  n: usize,
  k: usize,
  m: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  beta: i32,
  out: usize,
  outStep: usize,
): void;

/**
 * Multiplications up to which a library has kernels without packing, where it has any, less what rounding may add; and those up to which it pays
 * to cut a product down to them. OpenBLAS 0.3.21 with AVX-512, GFLOPS: 512 x 64 x 64 whole 120, as 4 x 128 rows 189; 256 x 256 x 128 160
 * and 168.
 */
const SMALL: u64 = 1000000 - 60000;
const CUT_SMALL: u64 = 1 << 23;

/**
 * Multiplications from which a product has two parts, four and eight. As two halves 512 x 1024 x 1024 takes 5 % longer, as four quarters 10 %: so
 * there are more than two only where it takes many milliseconds.
 */
const TWO: u64 = 1 << 21;
const FOUR: u64 = 1 << 31;
const EIGHT: u64 = 1 << 34;

/** Rows and columns of a part are multiples of these, but for the last: whole tiles of the library. */
const ROWS: usize = 4;
const COLUMNS: usize = 16;
/** Columns below which they are not halved: four vectors of 512 bits. */
const LEAST_COLUMNS: usize = 64;

/** Rows from which it pays to transpose b, and numbers of b up to which it does: more do not stay in the first cache. */
const LEAST_ROWS: usize = 16;
const LAID_DOWN: usize = 8192;

let smallKernels: bool = false;

/** Tells whether the library has kernels of its own for small products. */
export function useSmallKernels(has: bool): void {
  smallKernels = has;
}

/** Rows and columns of a part of the product that was cut last. */
export let partRows: usize = 0;
export let partColumns: usize = 0;

// @inline
function half(size: usize, unit: usize): usize {
  return ((size + 2 * unit - 1) / (2 * unit)) * unit;
}

/** Cuts a product: halves what is longer until the parts are small enough. With b transposed, small kernels are no faster. */
export function cut(form: i32, n: usize, k: usize, m: usize): void {
  const work = <u64>n * <u64>k * <u64>m;
  let most = work;
  if (smallKernels && form !== 1 && work <= CUT_SMALL) most = SMALL;
  else if (work >= TWO) most = work >= EIGHT ? work >> 3 : work >= FOUR ? work >> 2 : work >> 1;
  partRows = n;
  partColumns = m;
  // Rounding up may leave a part a little above.
  while (<u64>partRows * <u64>k * <u64>partColumns > most + (most >> 4)) {
    if (partColumns > LEAST_COLUMNS && partColumns > partRows) partColumns = half(partColumns, COLUMNS);
    else if (partRows > ROWS) partRows = half(partRows, ROWS);
    else break;
  }
}

/** Where b lies as it is after `layDown`. */
export function laidDown(): usize {
  return packedB();
}

/** Writes `b[m, k]ᵀ` to where `laidDown` says, where small kernels gain more by it than it costs. */
export function layDown(b: usize, n: usize, k: usize, m: usize): bool {
  if (!smallKernels || n < LEAST_ROWS || k * m > LAID_DOWN || <u64>n * <u64>k * <u64>m > CUT_SMALL) return false;
  transpose(packedB(), b, m, k);
  return true;
}

// @inline
function copyNumbers(to: usize, from: usize, length: usize): void {
  for (; length >= 4; length -= 4) {
    v128.store(to, v128.load(from));
    to += 16;
    from += 16;
  }
  if (length) storePart(to, v128.load(from), length);
}

/** Rows `i0` to `i1` and columns `j0` to `j1` of a product. A bias of 0 stands for none. */
export function libraryPart(
  form: i32,
  out: usize,
  a: usize,
  b: usize,
  n: usize,
  k: usize,
  m: usize,
  bias: usize,
  i0: usize,
  i1: usize,
  j0: usize,
  j1: usize,
): void {
  const columns = j1 - j0;
  const to = out + ((i0 * m + j0) << 2);
  if (bias) {
    for (let i = i0, row = to; i < i1; i++, row += m << 2) copyNumbers(row, bias + (j0 << 2), columns);
  }
  const aStep = form === 2 ? n : k;
  const bStep = form === 1 ? k : m;
  const fromA = a + ((form === 2 ? i0 : i0 * k) << 2);
  const fromB = b + ((form === 1 ? j0 * k : j0) << 2);
  sgemm(form, i1 - i0, k, columns, fromA, aStep, fromB, bStep, bias ? 1 : 0, to, m);
  finish(to, m << 2, i1 - i0, columns);
}
