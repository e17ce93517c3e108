/** What is done row by row or column by column. */

import { elementwiseGradient, exp } from './elementwise';
import { fill } from './flat';
import { store, storePart } from './simd';

/** Numbers of whole rows that stay in the first cache. */
const CHUNK: usize = 2048;

export function columnSums(out: usize, a: usize, n: usize, m: usize): void {
  fill(out, m, 0);
  addColumnSums(out, a, n, m);
}

/** `out[m] += sum over rows of a[n,m]`, row by row: to the bit the same in one call and in several. */
function addColumnSums(out: usize, a: usize, n: usize, m: usize): void {
  const step = m << 2;
  let j: usize = 0;
  for (; j + 16 <= m; j += 16) {
    const to = out + (j << 2);
    let s0 = v128.load(to);
    let s1 = v128.load(to, 16);
    let s2 = v128.load(to, 32);
    let s3 = v128.load(to, 48);
    let from = a + (j << 2);
    for (let i: usize = 0; i < n; i++) {
      s0 = f32x4.add(s0, v128.load(from));
      s1 = f32x4.add(s1, v128.load(from, 16));
      s2 = f32x4.add(s2, v128.load(from, 32));
      s3 = f32x4.add(s3, v128.load(from, 48));
      from += step;
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; j < m; j += 4) {
    const to = out + (j << 2);
    let s = v128.load(to);
    let from = a + (j << 2);
    for (let i: usize = 0; i < n; i++) {
      s = f32x4.add(s, v128.load(from));
      from += step;
    }
    store(to, s, m - j);
  }
}

/** A gradient `[n, m]`, and its sums over the rows while it is in the first cache. */
export function elementwiseGradientAndSums(
  name: i32,
  dz: usize,
  sums: usize,
  da: usize,
  z: usize,
  a: usize,
  n: usize,
  m: usize,
  parameter: f32,
): void {
  fill(sums, m, 0);
  const most = m ? max(CHUNK / m, 1) : n;
  for (let i: usize = 0; i < n; i += most) {
    const rows = min(most, n - i);
    const at = (i * m) << 2;
    elementwiseGradient(name, dz + at, da + at, z + at, a + at, rows * m, parameter);
    addColumnSums(sums, dz + at, rows, m);
  }
}

export function gatherRows(
  out: usize,
  stride: usize,
  at: usize,
  table: usize,
  indices: usize,
  n: usize,
  width: usize,
): void {
  const bytes = width << 2;
  out += at << 2;
  for (let i: usize = 0; i < n; i++) {
    let from = table + <usize>i32.load(indices + (i << 2)) * bytes;
    let to = out;
    let left = width;
    for (; left >= 4; left -= 4) {
      v128.store(to, v128.load(from));
      to += 16;
      from += 16;
    }
    if (left) storePart(to, v128.load(from), left);
    out += stride << 2;
  }
}

export function scatterAddRows(
  table: usize,
  rows: usize,
  stride: usize,
  at: usize,
  indices: usize,
  n: usize,
  width: usize,
): void {
  const bytes = width << 2;
  rows += at << 2;
  for (let i: usize = 0; i < n; i++) {
    let to = table + <usize>i32.load(indices + (i << 2)) * bytes;
    let from = rows;
    let left = width;
    for (; left >= 4; left -= 4) {
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
      to += 16;
      from += 16;
    }
    if (left) storePart(to, f32x4.add(v128.load(to), v128.load(from)), left);
    rows += stride << 2;
  }
}

export function softmax(out: usize, z: usize, n: usize, m: usize): void {
  const step = m << 2;
  for (let i: usize = 0; i < n; i++) {
    let most: f32 = -Infinity;
    for (let at: usize = 0; at < step; at += 4) most = max(most, f32.load(z + at));
    for (let at: usize = 0; at < step; at += 4) f32.store(out + at, f32.load(z + at) - most);
    exp(out, out, m, 0);
    let sum: f32 = 0;
    for (let at: usize = 0; at < step; at += 4) sum += f32.load(out + at);
    for (let at: usize = 0; at < step; at += 4) f32.store(out + at, f32.load(out + at) / sum);
    out += step;
    z += step;
  }
}
