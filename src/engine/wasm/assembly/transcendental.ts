/**
 * Functions of four numbers, within 4 units in the last place over all of float32, by the classic reductions: exp and tanh
 * after Moshier's Cephes, log1p after FreeBSD's msun. No branch depends on a number: every lane takes every path.
 */
import { madd } from './simd';

// @inline
function splat(x: f32): v128 {
  return f32x4.splat(x);
}

// @inline
function bits(x: i32): v128 {
  return i32x4.splat(x);
}

/** `e^r - 1 = r + r² P(r)` for |r| <= ln 2 / 2. */
// @inline
export function expm1Near0(r: v128): v128 {
  let p = madd(splat(1.98756915e-4), r, splat(1.3981999507e-3));
  p = madd(p, r, splat(8.3334519073e-3));
  p = madd(p, r, splat(4.1665795894e-2));
  p = madd(p, r, splat(1.6666665459e-1));
  p = madd(p, r, splat(5.0000001201e-1));
  return madd(p, f32x4.mul(r, r), r);
}

/** `x - k ln 2`: k times the first part of ln 2 is exact. */
// @inline
function reduced(x: v128, k: v128): v128 {
  return madd(k, splat(2.1219444e-4), f32x4.sub(x, f32x4.mul(k, splat(0.693359375))));
}

/**
 *   e^x = 2^k e^r,  k = round(x / ln 2),  |r| <= ln 2 / 2,  e^r = 1 + r + r² P(r)
 *
 * 2^k is multiplied in two halves, so that results below the normal range are rounded once and not lost.
 */
// @inline
export function exp4(x: v128): v128 {
  x = f32x4.min(f32x4.max(x, splat(-105)), splat(89));
  const k = f32x4.nearest(f32x4.mul(x, splat(Mathf.LOG2E)));
  const p = f32x4.add(expm1Near0(reduced(x, k)), splat(1));
  const whole = i32x4.trunc_sat_f32x4_s(k);
  const half = i32x4.shr_s(whole, 1);
  const first = i32x4.shl(i32x4.add(half, bits(127)), 23);
  const second = i32x4.shl(i32x4.add(i32x4.sub(whole, half), bits(127)), 23);
  return f32x4.mul(f32x4.mul(p, first), second);
}

/** `e^x - 1` for x <= 0, exact near 0 too: `2^k (e^r - 1) + (2^k - 1)`. What lies below -87 counts as -87. */
// @inline
export function expm1Below4(x: v128): v128 {
  x = f32x4.max(x, splat(-87));
  const k = f32x4.nearest(f32x4.mul(x, splat(Mathf.LOG2E)));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), bits(127)), 23);
  return madd(expm1Near0(reduced(x, k)), power, f32x4.sub(power, splat(1)));
}

/** `e = e^-|z|; 1 / (1 + e)`, or `e / (1 + e)` below 0: nothing overflows, and small results stay exact. */
// @inline
export function sigmoid4(z: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(z)));
  const one = splat(1);
  const numerator = v128.bitselect(e, one, f32x4.lt(z, splat(0)));
  return f32x4.div(numerator, f32x4.add(one, e));
}

/** `x + x³ P(x²)` where |x| < 0.625, `sign(x) (1 - 2 / (e^2|x| + 1))` elsewhere. */
// @inline
export function tanh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let p = madd(splat(-5.70498872745e-3), square, splat(2.06390887954e-2));
  p = madd(p, square, splat(-5.37397155531e-2));
  p = madd(p, square, splat(1.33314422036e-1));
  p = madd(p, square, splat(-3.33332819422e-1));
  const near = madd(f32x4.mul(p, square), x, x);
  const one = splat(1);
  const far = f32x4.sub(one, f32x4.div(splat(2), f32x4.add(exp4(f32x4.add(size, size)), one)));
  const signed = v128.bitselect(x, far, bits(<i32>0x80000000));
  return v128.bitselect(near, signed, f32x4.lt(size, splat(0.625)));
}

/**
 *   u = 1 + x = 2^k (1 + f),  sqrt(1/2) <= 1 + f < sqrt(2),  s = f / (2 + f)
 *   ln u = k ln 2 + f - f²/2 + s (f²/2 + R(s²)),  and ln(1 + x) = ln u + c / u,  c what rounding took from u
 */
// @inline
export function log1p4(x: v128): v128 {
  const one = splat(1);
  const u = f32x4.add(one, x);
  const lost = v128.bitselect(f32x4.sub(one, f32x4.sub(u, x)), f32x4.sub(x, f32x4.sub(u, one)), f32x4.ge(x, one));
  const c = f32x4.div(lost, u);
  const moved = i32x4.add(u, bits(0x3f800000 - 0x3f3504f3));
  const k = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(moved, 23), bits(127)));
  const f = f32x4.sub(i32x4.add(v128.and(moved, bits(0x007fffff)), bits(0x3f3504f3)), one);
  const s = f32x4.div(f, f32x4.add(splat(2), f));
  const z = f32x4.mul(s, s);
  let r = madd(splat(0.24279078841), z, splat(0.28498786688));
  r = madd(r, z, splat(0.40000972152));
  r = madd(r, z, splat(0.66666662693));
  r = f32x4.mul(r, z);
  const half = f32x4.mul(f32x4.mul(splat(0.5), f), f);
  let result = f32x4.mul(s, f32x4.add(half, r));
  result = f32x4.add(result, madd(k, splat(9.0580006145e-6), c));
  result = f32x4.add(f32x4.sub(result, half), f);
  result = madd(k, splat(6.9313812256e-1), result);
  // Below half a unit of 1, ln(1 + x) is x, also -0; infinity and NaN stay as they are.
  const same = v128.or(f32x4.lt(f32x4.abs(x), splat(5.9604645e-8)), f32x4.eq(x, splat(Infinity)));
  result = v128.bitselect(x, result, same);
  result = v128.bitselect(splat(-Infinity), result, f32x4.eq(x, splat(-1)));
  return v128.bitselect(splat(NaN), result, v128.not(f32x4.ge(x, splat(-1))));
}
