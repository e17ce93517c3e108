/** Losses of logits and their gradients: in float32, where nothing is lost to a difference of two numbers that are nearly the same; sums in float64. */
import { storePart } from './simd';
import { exp4, log1p4 } from './transcendental';

/** The largest of a row; NaN where there is one. */
// @inline
function largest(z: usize, end: usize): f32 {
  let most: f32 = -Infinity;
  if (end - z >= 16) {
    let most4 = v128.load(z);
    for (z += 16; z + 16 <= end; z += 16) most4 = f32x4.max(most4, v128.load(z));
    most4 = f32x4.max(most4, v128.shuffle<f32>(most4, most4, 2, 3, 0, 1));
    most = max(f32x4.extract_lane(most4, 0), f32x4.extract_lane(most4, 1));
  }
  for (; z < end; z += 4) most = max(most, f32.load(z));
  return most;
}

/**
 * With `e = exp(z - max z)` and `o` the sum of those of the other classes: `p[c] = e[c] / (o + e[y])` and `1 - p[y] = o / (o + e[y])`, which is
 * exact where p[y] is next to 1; so is `log(1 + o)` where `e[y]` is 1.
 */
export function crossEntropy(dz: usize, z: usize, y: usize, n: usize, m: usize): f64 {
  const step = m << 2;
  let sum: f64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const most = largest(z, z + step);
    const most4 = f32x4.splat(most);
    let at: usize = 0;
    for (; at + 16 <= step; at += 16) v128.store(dz + at, exp4(f32x4.sub(v128.load(z + at), most4)));
    if (at < step) storePart(dz + at, exp4(f32x4.sub(v128.load(z + at), most4)), (step - at) >> 2);
    const label = (<usize>f32.load(y + (i << 2))) << 2;
    let others: f64 = 0;
    for (let at: usize = 0; at < label; at += 4) others += <f64>f32.load(dz + at);
    for (let at = label + 4; at < step; at += 4) others += <f64>f32.load(dz + at);
    const own = <f64>f32.load(dz + label);
    const total = others + own;
    const factor = 1 / (total * <f64>n);
    const by = f32x4.splat(<f32>factor);
    for (at = 0; at + 16 <= step; at += 16) v128.store(dz + at, f32x4.mul(v128.load(dz + at), by));
    if (at < step) storePart(dz + at, f32x4.mul(v128.load(dz + at), by), (step - at) >> 2);
    f32.store(dz + label, <f32>(-others * factor));
    const below = most - f32.load(z + label);
    const excess = below === 0 ? others : total - 1;
    sum += <f64>(f32x4.extract_lane(log1p4(f32x4.splat(<f32>excess)), 0) + below);
    dz += step;
    z += step;
  }
  return sum;
}

// @inline
function addFirst(sum: f64, v: v128, count: usize): f64 {
  sum += <f64>f32x4.extract_lane(v, 0);
  if (count > 1) sum += <f64>f32x4.extract_lane(v, 1);
  if (count > 2) sum += <f64>f32x4.extract_lane(v, 2);
  return sum;
}

/** `e = exp(-|z|)`; of the sigmoids of z and -z the larger is `1 / (1 + e)`, the smaller `e / (1 + e)`, and `dz = (1 - y) s(z) - y s(-z)`. */
export function binaryCrossEntropy(dz: usize, z: usize, y: usize, length: usize): f64 {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const by = f32x4.splat(1 / <f32>length);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let rest: f64 = 0;
  for (let i: usize = 0; i < length; i += 4) {
    const z4 = v128.load(z);
    const y4 = v128.load(y);
    const e = exp4(f32x4.neg(f32x4.abs(z4)));
    const large = f32x4.div(one, f32x4.add(one, e));
    const small = f32x4.mul(e, large);
    const below = f32x4.lt(z4, zero);
    const ofZ = v128.bitselect(small, large, below);
    const ofMinusZ = v128.bitselect(large, small, below);
    const d = f32x4.sub(f32x4.mul(f32x4.sub(one, y4), ofZ), f32x4.mul(y4, ofMinusZ));
    const loss = f32x4.add(f32x4.sub(f32x4.max(z4, zero), f32x4.mul(z4, y4)), log1p4(e));
    if (length - i >= 4) {
      v128.store(dz, f32x4.mul(d, by));
      s0 = f64x2.add(s0, f64x2.promote_low_f32x4(loss));
      s1 = f64x2.add(s1, f64x2.promote_low_f32x4(v128.shuffle<f32>(loss, loss, 2, 3, 0, 1)));
    } else {
      storePart(dz, f32x4.mul(d, by), length - i);
      rest = addFirst(rest, loss, length - i);
    }
    z += 16;
    y += 16;
    dz += 16;
  }
  const s = f64x2.add(s0, s1);
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1) + rest;
}
