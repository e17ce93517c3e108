/** Columns or rows of a matrix brought to mean 0 and variance 1, and the way back. */

import { fill } from './flat';
import { madd, store } from './simd';

export function columnDots(out: usize, a: usize, b: usize, n: usize, m: usize): void {
  fill(out, m, 0);
  for (let i: usize = 0; i < n; i++) {
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2;
      store(out + at, madd(v128.load(a + at), v128.load(b + at), v128.load(out + at)), m - j);
    }
    a += m << 2;
    b += m << 2;
  }
}

/** Sums are taken of what differs from the first row, so that a large mean does not cost the digits of a small variance. */
export function columnMoments(mean: usize, variance: usize, x: usize, n: usize, m: usize): void {
  fill(mean, m, 0);
  fill(variance, m, 0);
  if (!n) return;
  const rows = f32x4.splat(<f32>n);
  const end = x + ((n * m) << 2);
  for (let row = x; row < end; row += m << 2) {
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2;
      const e = f32x4.sub(v128.load(row + at), v128.load(x + at));
      store(mean + at, f32x4.add(v128.load(mean + at), e), m - j);
    }
  }
  for (let j: usize = 0; j < m; j += 4) {
    const at = j << 2;
    store(mean + at, f32x4.add(v128.load(x + at), f32x4.div(v128.load(mean + at), rows)), m - j);
  }
  for (let row = x; row < end; row += m << 2) {
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2;
      const e = f32x4.sub(v128.load(row + at), v128.load(mean + at));
      store(variance + at, madd(e, e, v128.load(variance + at)), m - j);
    }
  }
  for (let j: usize = 0; j < m; j += 4) {
    const at = j << 2;
    store(variance + at, f32x4.div(v128.load(variance + at), rows), m - j);
  }
}

export function normalizeColumns(
  a: usize,
  h: usize,
  x: usize,
  mean: usize,
  inverse: usize,
  gamma: usize,
  beta: usize,
  n: usize,
  m: usize,
): void {
  for (let i: usize = 0; i < n; i++) {
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2;
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), v128.load(mean + at)), v128.load(inverse + at));
      store(h + at, normal, m - j);
      store(a + at, madd(normal, v128.load(gamma + at), v128.load(beta + at)), m - j);
    }
    a += m << 2;
    h += m << 2;
    x += m << 2;
  }
}

export function normalizeColumnsGradient(
  dx: usize,
  da: usize,
  h: usize,
  factor: usize,
  sums: usize,
  dots: usize,
  n: usize,
  m: usize,
): void {
  const part = f32x4.splat(<f32>-1 / <f32>n);
  for (let i: usize = 0; i < n; i++) {
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2;
      const shared = madd(v128.load(h + at), v128.load(dots + at), v128.load(sums + at));
      const own = madd(shared, part, v128.load(da + at));
      store(dx + at, f32x4.mul(own, v128.load(factor + at)), m - j);
    }
    dx += m << 2;
    da += m << 2;
    h += m << 2;
  }
}

/** The sum of four lanes. */
// @inline
function total(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Lanes at `count` and beyond become 0: what lies past the end of a row is another row. */
// @inline
function part(v: v128, count: usize): v128 {
  if (count >= 4) return v;
  return v128.and(v, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(<i32>count)));
}

export function normalizeRows(
  a: usize,
  h: usize,
  inverse: usize,
  x: usize,
  gamma: usize,
  beta: usize,
  epsilon: f32,
  n: usize,
  m: usize,
): void {
  const width = <f32>max<usize>(m, 1);
  for (let i: usize = 0; i < n; i++) {
    const first = f32x4.splat(f32.load(x));
    let sum = f32x4.splat(0);
    for (let j: usize = 0; j < m; j += 4) {
      sum = f32x4.add(sum, part(f32x4.sub(v128.load(x + (j << 2)), first), m - j));
    }
    const mean = f32x4.splat(f32.load(x) + total(sum) / width);
    let squares = f32x4.splat(0);
    for (let j: usize = 0; j < m; j += 4) {
      const e = part(f32x4.sub(v128.load(x + (j << 2)), mean), m - j);
      squares = madd(e, e, squares);
    }
    const factor: f32 = 1 / sqrt(total(squares) / width + epsilon);
    f32.store(inverse + (i << 2), factor);
    const by = f32x4.splat(factor);
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2;
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), mean), by);
      store(h + at, normal, m - j);
      store(a + at, madd(normal, v128.load(gamma + at), v128.load(beta + at)), m - j);
    }
    a += m << 2;
    h += m << 2;
    x += m << 2;
  }
}

export function normalizeRowsGradient(
  dx: usize,
  da: usize,
  h: usize,
  inverse: usize,
  gamma: usize,
  n: usize,
  m: usize,
): void {
  const width = <f32>max<usize>(m, 1);
  for (let i: usize = 0; i < n; i++) {
    let sum = f32x4.splat(0);
    let dot = sum;
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2;
      const g = part(f32x4.mul(v128.load(da + at), v128.load(gamma + at)), m - j);
      sum = f32x4.add(sum, g);
      dot = madd(g, part(v128.load(h + at), m - j), dot);
    }
    const mean = f32x4.splat(total(sum) / width);
    const meanWithH = f32x4.splat(total(dot) / width);
    const by = f32x4.splat(f32.load(inverse + (i << 2)));
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2;
      const g = f32x4.mul(v128.load(da + at), v128.load(gamma + at));
      const own = f32x4.sub(f32x4.sub(g, mean), f32x4.mul(v128.load(h + at), meanWithH));
      store(dx + at, f32x4.mul(own, by), m - j);
    }
    dx += m << 2;
    da += m << 2;
    h += m << 2;
  }
}
