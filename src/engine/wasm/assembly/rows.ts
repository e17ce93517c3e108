/** What is done row by row or column by column. */

import { exp } from './elementwise';
import { storePart } from './simd';

export function columnSums(out: usize, a: usize, n: usize, m: usize): void {
  const step = m << 2;
  let j: usize = 0;
  for (; j + 16 <= m; j += 16) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let from = a + (j << 2);
    for (let i: usize = 0; i < n; i++) {
      s0 = f32x4.add(s0, v128.load(from));
      s1 = f32x4.add(s1, v128.load(from, 16));
      s2 = f32x4.add(s2, v128.load(from, 32));
      s3 = f32x4.add(s3, v128.load(from, 48));
      from += step;
    }
    const to = out + (j << 2);
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; j < m; j += 4) {
    let s = f32x4.splat(0);
    let from = a + (j << 2);
    for (let i: usize = 0; i < n; i++) {
      s = f32x4.add(s, v128.load(from));
      from += step;
    }
    const to = out + (j << 2);
    if (m - j >= 4) v128.store(to, s);
    else storePart(to, s, m - j);
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
