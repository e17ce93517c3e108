/** What is done to a flat vector from end to end. */
import { madd, storePart } from './simd';

export function sumOfSquares(a: usize, length: usize): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  for (; length >= 4; length -= 4) {
    const v = v128.load(a);
    const low = f64x2.promote_low_f32x4(v);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1));
    s0 = f64x2.add(s0, f64x2.mul(low, low));
    s1 = f64x2.add(s1, f64x2.mul(high, high));
    a += 16;
  }
  const s = f64x2.add(s0, s1);
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

export function sgd(w: usize, g: usize, length: usize, learningRate: f32): void {
  const by = f32x4.splat(-learningRate);
  for (; length >= 4; length -= 4) {
    v128.store(w, madd(v128.load(g), by, v128.load(w)));
    w += 16;
    g += 16;
  }
  if (length) storePart(w, madd(v128.load(g), by, v128.load(w)), length);
}

/**
 * Numbers too small for the normal range become 0. A gradient that stays 0 would otherwise leave moments of that kind for good, and some
 * processors take a hundred times as long over them.
 */
// @ts-ignore: decorator
@inline
function normalOrZero(v: v128): v128 {
  return v128.andnot(v, f32x4.lt(f32x4.abs(v), f32x4.splat(1.17549435e-38)));
}

export function adamPart(
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
  const keep1 = f32x4.splat(<f32>beta1);
  const take1 = f32x4.splat(<f32>(1 - beta1));
  const keep2 = f32x4.splat(<f32>beta2);
  const take2 = f32x4.splat(<f32>(1 - beta2));
  const by = f32x4.splat(<f32>-rate);
  const small = f32x4.splat(<f32>epsilon);
  const correction = f32x4.splat(<f32>(1 / rootCorrection2));
  for (; ; length -= 4) {
    const g4 = v128.load(g);
    const m4 = normalOrZero(madd(v128.load(m), keep1, f32x4.mul(g4, take1)));
    const v4 = normalOrZero(madd(v128.load(v), keep2, f32x4.mul(f32x4.mul(g4, take2), g4)));
    const step = f32x4.div(f32x4.mul(m4, by), madd(f32x4.sqrt(v4), correction, small));
    const w4 = f32x4.add(v128.load(w), step);
    if (length < 4) {
      if (length) {
        storePart(w, w4, length);
        storePart(m, m4, length);
        storePart(v, v4, length);
      }
      return;
    }
    v128.store(w, w4);
    v128.store(m, m4);
    v128.store(v, v4);
    w += 16;
    g += 16;
    m += 16;
    v += 16;
  }
}
