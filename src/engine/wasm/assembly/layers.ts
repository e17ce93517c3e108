/** What single layers need beside products and elementwise functions. */

import { fill } from './flat';
import { madd, store } from './simd';

export function prelu(a: usize, z: usize, slope: usize, n: usize, m: usize): void {
  const zero = f32x4.splat(0);
  for (let i: usize = 0; i < n; i++) {
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2;
      const v = v128.load(z + at);
      store(a + at, v128.bitselect(v, f32x4.mul(v, v128.load(slope + at)), f32x4.gt(v, zero)), m - j);
    }
    a += m << 2;
    z += m << 2;
  }
}

export function preluGradient(dz: usize, dSlope: usize, da: usize, z: usize, slope: usize, n: usize, m: usize): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  fill(dSlope, m, 0);
  for (let i: usize = 0; i < n; i++) {
    for (let j: usize = 0; j < m; j += 4) {
      const at = j << 2;
      const v = v128.load(z + at);
      const d = v128.load(da + at);
      store(dSlope + at, madd(d, f32x4.min(v, zero), v128.load(dSlope + at)), m - j);
      store(dz + at, f32x4.mul(d, v128.bitselect(one, v128.load(slope + at), f32x4.gt(v, zero))), m - j);
    }
    dz += m << 2;
    da += m << 2;
    z += m << 2;
  }
}

/** As `mix32` of random.ts, for four numbers. */
// @inline
function mix4(h: v128): v128 {
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(0x85ebca6b));
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(h, i32x4.shr_u(h, 16));
}

export function dropout(out: usize, x: usize, length: usize, low: u32, high: u32, threshold: u32, factor: f32): void {
  const by = f32x4.splat(factor);
  let index = i32x4(0, 1, 2, 3);
  for (let i: usize = 0; i < length; i += 4) {
    const random = mix4(i32x4.add(mix4(v128.xor(index, i32x4.splat(low))), i32x4.splat(high)));
    const kept = i32x4.ge_u(random, i32x4.splat(threshold));
    const at = i << 2;
    store(out + at, v128.and(f32x4.mul(v128.load(x + at), by), kept), length - i);
    index = i32x4.add(index, i32x4.splat(4));
  }
}

export function add(out: usize, a: usize, b: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 4) {
    const at = i << 2;
    store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)), length - i);
  }
}

export function copyColumns(
  out: usize,
  outStride: usize,
  to: usize,
  x: usize,
  xStride: usize,
  from: usize,
  n: usize,
  width: usize,
): void {
  out += to << 2;
  x += from << 2;
  for (let i: usize = 0; i < n; i++) {
    for (let j: usize = 0; j < width; j += 4) store(out + (j << 2), v128.load(x + (j << 2)), width - j);
    out += outStride << 2;
    x += xStride << 2;
  }
}
