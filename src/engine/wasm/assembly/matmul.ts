/**
 * The matrix product, as Goto and van de Geijn 2008 cut it (doi:10.1145/1356052.1356053): blocks of b that stay in the second
 * cache are packed into panels of 8 or 16 columns, and each panel stays in the first while tiles of 5 or 6 rows pass over it. What is small, or lies
 * well already, is read where it is.
 */
import { finish } from './epilogue';
import { packColumns, packRows, packTransposed } from './pack';
import {
  BLOCK_COLUMNS,
  BLOCK_DEPTH,
  BLOCK_ROWS,
  edge,
  packedA,
  packedB,
  panelColumns,
  TILE_ROWS,
  ZEROS,
} from './scratch';
import { madd } from './simd';
// Written by ../tileSource.ts when the kernels are compiled.
import { tileByColumns, tileByRows } from './tile';

/** Numbers of a or b up to which packing costs more than it gains. */
export const SMALL: usize = 16384;

/** Rows and columns, taken together, of a product that is made in shallow blocks, and the numbers in such a block of a and b. */
const SHALLOW_WIDTH: usize = 128;
const SHALLOW: usize = 6144;

/**
 * `out[n, m] = bias + a b`, where a is `[n, k]`, or `[k, n]` if `aByColumns`; b is `[k, m]`, or `[m, k]` if `bTransposed`. Steps
 * lead from one row to the next: the three may be parts of wider matrices. A bias of 0 stands for none.
 */
// @inline
function product(
  aByColumns: bool,
  bTransposed: bool,
  out: usize,
  outStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  n: usize,
  k: usize,
  m: usize,
  bias: usize,
): void {
  // A long sum of small outer products: blocks so shallow that they stay in the first cache where they lie.
  const shallow = aByColumns && n + m <= SHALLOW_WIDTH && max(n, m) * k > SMALL;
  const deepest = shallow ? SHALLOW / (n + m) : BLOCK_DEPTH;
  const packsA = aByColumns && !shallow && n * k > SMALL;
  const packsB = bTransposed || (!shallow && k * m > SMALL && n > 2 * TILE_ROWS);

  for (let j0: usize = 0; j0 < m; j0 += BLOCK_COLUMNS) {
    const columns = min(BLOCK_COLUMNS, m - j0);
    let p0: usize = 0;
    do {
      const depth = min(deepest, k - p0);
      if (bTransposed) packTransposed(b + j0 * bStep + (p0 << 2), bStep, depth, columns);
      else if (packsB) packRows(b + p0 * bStep + (j0 << 2), bStep, depth, columns);

      for (let i0: usize = 0; i0 < n; i0 += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, n - i0);
        if (packsA) packColumns(a + p0 * aStep + (i0 << 2), aStep, depth, rows);

        let panel: usize = 0;
        for (let j: usize = 0; j < columns; j += panel) {
          const width = columns - j;
          panel = panelColumns(width);
          const tileB = packsB ? packedB() + ((j * depth) << 2) : b + p0 * bStep + ((j0 + j) << 2);
          const tileBStep = packsB ? panel << 2 : bStep;
          for (let i: usize = 0; i < rows; i += TILE_ROWS) {
            const height = min(TILE_ROWS, rows - i);
            const to = out + (i0 + i) * outStep + ((j0 + j) << 2);
            // Later blocks of k go on from what the earlier ones left.
            const from = p0 ? to : bias ? bias + ((j0 + j) << 2) : ZEROS;
            const fromStep = p0 ? outStep : 0;
            const whole = width >= panel;
            const target = whole ? to : edge();
            const targetStep = whole ? outStep : panel << 2;
            if (aByColumns) {
              const tileA = packsA ? packedA() + ((i * depth) << 2) : a + p0 * aStep + ((i0 + i) << 2);
              const tileAStep = packsA ? TILE_ROWS << 2 : aStep;
              tileByColumns(
                <i32>panel,
                <i32>height,
                target,
                targetStep,
                from,
                fromStep,
                tileA,
                tileAStep,
                tileB,
                tileBStep,
                depth,
              );
            } else {
              const tileA = a + (i0 + i) * aStep + (p0 << 2);
              tileByRows(
                <i32>panel,
                <i32>height,
                target,
                targetStep,
                from,
                fromStep,
                tileA,
                aStep,
                tileB,
                tileBStep,
                depth,
              );
            }
            if (!whole) {
              for (let r: usize = 0; r < height; r++) {
                for (let c: usize = 0; c < width; c++) {
                  f32.store(to + r * outStep + (c << 2), f32.load(edge() + r * targetStep + (c << 2)));
                }
              }
            }
          }
        }
        if (p0 + deepest >= k) finish(out + i0 * outStep + (j0 << 2), outStep, rows, columns);
      }
      p0 += deepest;
    } while (p0 < k);
  }
}

// @inline
function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** `out[n] = bias + a[n, k] b[k]`: four rows at a time, four numbers of each. */
function productWithColumn(out: usize, a: usize, b: usize, n: usize, k: usize, bias: usize): void {
  const start = bias ? f32.load(bias) : 0;
  const step = k << 2;
  const whole = (k & ~3) << 2;
  for (let i: usize = 0; i < n; i += 4) {
    const count = min(n - i, 4);
    const a0 = a + i * step;
    const a1 = count > 1 ? a0 + step : a0;
    const a2 = count > 2 ? a1 + step : a0;
    const a3 = count > 3 ? a2 + step : a0;
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    for (let at: usize = 0; at < whole; at += 16) {
      const v = v128.load(b + at);
      c0 = madd(v128.load(a0 + at), v, c0);
      c1 = madd(v128.load(a1 + at), v, c1);
      c2 = madd(v128.load(a2 + at), v, c2);
      c3 = madd(v128.load(a3 + at), v, c3);
    }
    let s0 = start + sumLanes(c0);
    let s1 = start + sumLanes(c1);
    let s2 = start + sumLanes(c2);
    let s3 = start + sumLanes(c3);
    for (let at = whole; at < step; at += 4) {
      const v = f32.load(b + at);
      s0 += f32.load(a0 + at) * v;
      s1 += f32.load(a1 + at) * v;
      s2 += f32.load(a2 + at) * v;
      s3 += f32.load(a3 + at) * v;
    }
    const to = out + (i << 2);
    f32.store(to, s0);
    if (count > 1) f32.store(to, s1, 4);
    if (count > 2) f32.store(to, s2, 8);
    if (count > 3) f32.store(to, s3, 12);
  }
  finish(out, 4, n, 1);
}

export const PLAIN: i32 = 0;
export const TRANSPOSE_B: i32 = 1;
export const TRANSPOSE_A: i32 = 2;

/** `out[n, m] = bias + a[n, k] b[k, m]`, compiled once for its callers. */
function plain(
  out: usize,
  outStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  n: usize,
  k: usize,
  m: usize,
  bias: usize,
): void {
  product(false, false, out, outStep, a, aStep, b, bStep, n, k, m, bias);
}

/**
 * Rows `i0` to `i1` and columns `j0` to `j1` of a product `[n, m]` over k. Each number of it comes of the same operations in the same
 * order, wherever it is cut.
 */
export function productPart(
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
  const rows = i1 - i0;
  const columns = j1 - j0;
  const nStep = n << 2;
  const kStep = k << 2;
  const mStep = m << 2;
  const to = out + i0 * mStep + (j0 << 2);
  if (form === TRANSPOSE_A) {
    // One column: the transposed product has rows as they lie.
    if (m === 1) plain(to, nStep, b, kStep, a + (i0 << 2), nStep, 1, k, rows, 0);
    else product(true, false, to, mStep, a + (i0 << 2), nStep, b + (j0 << 2), mStep, rows, k, columns, 0);
    return;
  }
  const from = a + i0 * kStep;
  // One column, transposed or not, lies the same; so does b where it is transposed and k is 1.
  if (m === 1) productWithColumn(to, from, b, rows, k, bias);
  else if (form === PLAIN || k === 1) {
    plain(to, mStep, from, kStep, b + (j0 << 2), mStep, rows, k, columns, bias ? bias + (j0 << 2) : 0);
  } else product(false, true, to, mStep, from, kStep, b + j0 * kStep, kStep, rows, k, columns, 0);
}
