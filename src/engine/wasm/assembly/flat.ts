/** What is done to a flat vector from end to end. */
import { store, storePart } from './simd';

/** Two numbers in float64. */
// @inline
function two(a: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(a));
}

/** `s + v²`: the square of a number that was float32 is exact in float64, so that fusing changes nothing. */
// @inline
function addSquare(s: v128, v: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(v, v, s);
  return f64x2.add(s, f64x2.mul(v, v));
}

/** In four chains, or each addition would wait for the one before. */
export function squares(a: usize, length: usize): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (; length >= 8; length -= 8) {
    s0 = addSquare(s0, two(a));
    s1 = addSquare(s1, two(a + 8));
    s2 = addSquare(s2, two(a + 16));
    s3 = addSquare(s3, two(a + 24));
    a += 32;
  }
  const s = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  let sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
  for (; length; length--) {
    const v = <f64>f32.load(a);
    sum += v * v;
    a += 4;
  }
  return sum;
}

export function scale(a: usize, length: usize, factor: f32): void {
  const by = f32x4.splat(factor);
  for (; length >= 4; length -= 4) {
    v128.store(a, f32x4.mul(v128.load(a), by));
    a += 16;
  }
  if (length) storePart(a, f32x4.mul(v128.load(a), by), length);
}

export function fill(a: usize, length: usize, value: f32): void {
  const v = f32x4.splat(value);
  for (; length >= 4; length -= 4) {
    v128.store(a, v);
    a += 16;
  }
  if (length) storePart(a, v, length);
}

export function clip(a: usize, length: usize, limit: f32): void {
  const most = f32x4.splat(limit);
  const least = f32x4.splat(-limit);
  for (let i: usize = 0; i < length; i += 4) {
    store(a, f32x4.max(f32x4.min(v128.load(a), most), least), length - i);
    a += 16;
  }
}
