/**
 * The register tile: `out[rows, 8] = from[rows, 8] + a[rows, k] b[k, 8]`, with 12 accumulators, two vectors of b and one number
 * of a in the 16 registers of x64. Steps are in bytes from one row of a matrix to the next; a `fromStep` of 0 begins each row
 * with the same numbers. Each sum runs over k in ascending order, so that a row's result does not depend on its neighbours.
 *
 * The two forms differ in how a lies: by rows, as in a matrix, or by columns, transposed or packed. Long because a register has
 * no index: `rows` is a constant at each call, and the branches on it are gone in the compiled file.
 */
import { madd } from './simd';

// @ts-expect-error: decorator
@inline
function columnsTile(
  rows: i32,
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  let c00 = v128.load(from);
  let c01 = v128.load(from, 16);
  let c10 = c00;
  let c11 = c01;
  if (rows > 1) {
    c10 = v128.load(from + 1 * fromStep);
    c11 = v128.load(from + 1 * fromStep, 16);
  }
  let c20 = c00;
  let c21 = c01;
  if (rows > 2) {
    c20 = v128.load(from + 2 * fromStep);
    c21 = v128.load(from + 2 * fromStep, 16);
  }
  let c30 = c00;
  let c31 = c01;
  if (rows > 3) {
    c30 = v128.load(from + 3 * fromStep);
    c31 = v128.load(from + 3 * fromStep, 16);
  }
  let c40 = c00;
  let c41 = c01;
  if (rows > 4) {
    c40 = v128.load(from + 4 * fromStep);
    c41 = v128.load(from + 4 * fromStep, 16);
  }
  let c50 = c00;
  let c51 = c01;
  if (rows > 5) {
    c50 = v128.load(from + 5 * fromStep);
    c51 = v128.load(from + 5 * fromStep, 16);
  }
  for (const end = b + k * bStep; b != end; b += bStep) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let s = v128.load_splat<f32>(a);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    if (rows > 1) {
      s = v128.load_splat<f32>(a, 4);
      c10 = madd(s, b0, c10);
      c11 = madd(s, b1, c11);
    }
    if (rows > 2) {
      s = v128.load_splat<f32>(a, 8);
      c20 = madd(s, b0, c20);
      c21 = madd(s, b1, c21);
    }
    if (rows > 3) {
      s = v128.load_splat<f32>(a, 12);
      c30 = madd(s, b0, c30);
      c31 = madd(s, b1, c31);
    }
    if (rows > 4) {
      s = v128.load_splat<f32>(a, 16);
      c40 = madd(s, b0, c40);
      c41 = madd(s, b1, c41);
    }
    if (rows > 5) {
      s = v128.load_splat<f32>(a, 20);
      c50 = madd(s, b0, c50);
      c51 = madd(s, b1, c51);
    }
    a += aStep;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  if (rows > 1) {
    v128.store(out + 1 * outStep, c10);
    v128.store(out + 1 * outStep, c11, 16);
  }
  if (rows > 2) {
    v128.store(out + 2 * outStep, c20);
    v128.store(out + 2 * outStep, c21, 16);
  }
  if (rows > 3) {
    v128.store(out + 3 * outStep, c30);
    v128.store(out + 3 * outStep, c31, 16);
  }
  if (rows > 4) {
    v128.store(out + 4 * outStep, c40);
    v128.store(out + 4 * outStep, c41, 16);
  }
  if (rows > 5) {
    v128.store(out + 5 * outStep, c50);
    v128.store(out + 5 * outStep, c51, 16);
  }
}

// @ts-expect-error: decorator
@inline
function rowsTile(
  rows: i32,
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  const a1 = a + 1 * aStep;
  const a2 = a + 2 * aStep;
  const a3 = a + 3 * aStep;
  const a4 = a + 4 * aStep;
  const a5 = a + 5 * aStep;
  let c00 = v128.load(from);
  let c01 = v128.load(from, 16);
  let c10 = c00;
  let c11 = c01;
  if (rows > 1) {
    c10 = v128.load(from + 1 * fromStep);
    c11 = v128.load(from + 1 * fromStep, 16);
  }
  let c20 = c00;
  let c21 = c01;
  if (rows > 2) {
    c20 = v128.load(from + 2 * fromStep);
    c21 = v128.load(from + 2 * fromStep, 16);
  }
  let c30 = c00;
  let c31 = c01;
  if (rows > 3) {
    c30 = v128.load(from + 3 * fromStep);
    c31 = v128.load(from + 3 * fromStep, 16);
  }
  let c40 = c00;
  let c41 = c01;
  if (rows > 4) {
    c40 = v128.load(from + 4 * fromStep);
    c41 = v128.load(from + 4 * fromStep, 16);
  }
  let c50 = c00;
  let c51 = c01;
  if (rows > 5) {
    c50 = v128.load(from + 5 * fromStep);
    c51 = v128.load(from + 5 * fromStep, 16);
  }
  for (let at: usize = 0, end = k << 2; at != end; at += 4) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let s = v128.load_splat<f32>(a + at);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    if (rows > 1) {
      s = v128.load_splat<f32>(a1 + at);
      c10 = madd(s, b0, c10);
      c11 = madd(s, b1, c11);
    }
    if (rows > 2) {
      s = v128.load_splat<f32>(a2 + at);
      c20 = madd(s, b0, c20);
      c21 = madd(s, b1, c21);
    }
    if (rows > 3) {
      s = v128.load_splat<f32>(a3 + at);
      c30 = madd(s, b0, c30);
      c31 = madd(s, b1, c31);
    }
    if (rows > 4) {
      s = v128.load_splat<f32>(a4 + at);
      c40 = madd(s, b0, c40);
      c41 = madd(s, b1, c41);
    }
    if (rows > 5) {
      s = v128.load_splat<f32>(a5 + at);
      c50 = madd(s, b0, c50);
      c51 = madd(s, b1, c51);
    }
    b += bStep;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  if (rows > 1) {
    v128.store(out + 1 * outStep, c10);
    v128.store(out + 1 * outStep, c11, 16);
  }
  if (rows > 2) {
    v128.store(out + 2 * outStep, c20);
    v128.store(out + 2 * outStep, c21, 16);
  }
  if (rows > 3) {
    v128.store(out + 3 * outStep, c30);
    v128.store(out + 3 * outStep, c31, 16);
  }
  if (rows > 4) {
    v128.store(out + 4 * outStep, c40);
    v128.store(out + 4 * outStep, c41, 16);
  }
  if (rows > 5) {
    v128.store(out + 5 * outStep, c50);
    v128.store(out + 5 * outStep, c51, 16);
  }
}

function columnsTile1(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  columnsTile(1, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

function columnsTile2(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  columnsTile(2, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

function columnsTile3(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  columnsTile(3, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

function columnsTile4(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  columnsTile(4, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

function columnsTile5(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  columnsTile(5, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

function columnsTile6(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  columnsTile(6, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

/** `a` lies by columns: `aStep` leads from one column to the next. `rows` is 1 to 6. */
export function tileByColumns(
  rows: i32,
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  if (rows == 6) return columnsTile6(out, outStep, from, fromStep, a, aStep, b, bStep, k);
  if (rows == 5) return columnsTile5(out, outStep, from, fromStep, a, aStep, b, bStep, k);
  if (rows == 4) return columnsTile4(out, outStep, from, fromStep, a, aStep, b, bStep, k);
  if (rows == 3) return columnsTile3(out, outStep, from, fromStep, a, aStep, b, bStep, k);
  if (rows == 2) return columnsTile2(out, outStep, from, fromStep, a, aStep, b, bStep, k);
  columnsTile1(out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

function rowsTile1(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  rowsTile(1, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

function rowsTile2(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  rowsTile(2, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

function rowsTile3(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  rowsTile(3, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

function rowsTile4(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  rowsTile(4, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

function rowsTile5(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  rowsTile(5, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

function rowsTile6(
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  rowsTile(6, out, outStep, from, fromStep, a, aStep, b, bStep, k);
}

/** `a` lies by rows: `aStep` leads from one row to the next. `rows` is 1 to 6. */
export function tileByRows(
  rows: i32,
  out: usize,
  outStep: usize,
  from: usize,
  fromStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  k: usize,
): void {
  if (rows == 6) return rowsTile6(out, outStep, from, fromStep, a, aStep, b, bStep, k);
  if (rows == 5) return rowsTile5(out, outStep, from, fromStep, a, aStep, b, bStep, k);
  if (rows == 4) return rowsTile4(out, outStep, from, fromStep, a, aStep, b, bStep, k);
  if (rows == 3) return rowsTile3(out, outStep, from, fromStep, a, aStep, b, bStep, k);
  if (rows == 2) return rowsTile2(out, outStep, from, fromStep, a, aStep, b, bStep, k);
  rowsTile1(out, outStep, from, fromStep, a, aStep, b, bStep, k);
}
