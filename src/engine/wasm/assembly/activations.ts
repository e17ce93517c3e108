/**
 * Functions of each number, in fours, as `../referenceElementwise.ts` has them: for each `NAME` there, `NAMEForward(z, parameter)`, and
 * `NAMEPullback(da, z, a, parameter)`, which gets the places of z and of `a = f(z)` and reads what it needs. The loops over them are written by
 * `../elementwiseSource.ts`.
 */
import { madd } from './simd';
import { exp4, expm1Below4, expm1Near0, log1p4, sigmoid4, tanh4 } from './transcendental';

// @inline
function splat(x: f32): v128 {
  return f32x4.splat(x);
}

// @inline
function positive(z: v128): v128 {
  return f32x4.gt(z, splat(0));
}

// @inline
export function sigmoidForward(z: v128, _parameter: f32): v128 {
  return sigmoid4(z);
}

// @inline
export function sigmoidPullback(da: v128, _z: usize, a: usize, _parameter: f32): v128 {
  const y = v128.load(a);
  return f32x4.mul(f32x4.mul(da, y), f32x4.sub(splat(1), y));
}

// @inline
export function tanhForward(z: v128, _parameter: f32): v128 {
  return tanh4(z);
}

// @inline
export function tanhPullback(da: v128, _z: usize, a: usize, _parameter: f32): v128 {
  const y = v128.load(a);
  return f32x4.mul(da, f32x4.sub(splat(1), f32x4.mul(y, y)));
}

/** Not the maximum, which takes ten instructions for the sake of -0. NaN stays. */
// @inline
export function reluForward(z: v128, _parameter: f32): v128 {
  return v128.andnot(z, f32x4.lt(z, splat(0)));
}

// @inline
export function reluPullback(da: v128, z: usize, _a: usize, _parameter: f32): v128 {
  return v128.and(da, positive(v128.load(z)));
}

// @inline
export function leakyReluForward(z: v128, slope: f32): v128 {
  return v128.bitselect(z, f32x4.mul(z, splat(slope)), positive(z));
}

// @inline
export function leakyReluPullback(da: v128, z: usize, _a: usize, slope: f32): v128 {
  return v128.bitselect(da, f32x4.mul(da, splat(slope)), positive(v128.load(z)));
}

/** `scale z`, or `scale alpha (e^z - 1)` at 0 and below. */
// @inline
function exponentialBelow(z: v128, alpha: f32, scale: f32): v128 {
  const below = f32x4.mul(expm1Below4(f32x4.min(z, splat(0))), splat(alpha * scale));
  return v128.bitselect(f32x4.mul(z, splat(scale)), below, positive(z));
}

// @inline
function exponentialBelowPullback(da: v128, z: usize, a: usize, alpha: f32, scale: f32): v128 {
  const below = f32x4.add(v128.load(a), splat(alpha * scale));
  return f32x4.mul(da, v128.bitselect(splat(scale), below, positive(v128.load(z))));
}

// @inline
export function eluForward(z: v128, alpha: f32): v128 {
  return exponentialBelow(z, alpha, 1);
}

// @inline
export function eluPullback(da: v128, z: usize, a: usize, alpha: f32): v128 {
  return exponentialBelowPullback(da, z, a, alpha, 1);
}

const SELU_ALPHA: f32 = 1.67326324;
const SELU_SCALE: f32 = 1.05070099;

// @inline
export function seluForward(z: v128, _parameter: f32): v128 {
  return exponentialBelow(z, SELU_ALPHA, SELU_SCALE);
}

// @inline
export function seluPullback(da: v128, z: usize, a: usize, _parameter: f32): v128 {
  return exponentialBelowPullback(da, z, a, SELU_ALPHA, SELU_SCALE);
}

/** e^(-z²/2) for |z| <= 15: the square of the leading 12 bits of z is exact, and what it leaves is small. */
// @inline
function bell4(z: v128): v128 {
  const leading = v128.and(z, i32x4.splat(0xfffff000));
  const rest = f32x4.mul(f32x4.sub(z, leading), f32x4.add(z, leading));
  const large = exp4(f32x4.mul(f32x4.mul(leading, leading), splat(-0.5)));
  return madd(large, expm1Near0(f32x4.mul(rest, splat(-0.5))), large);
}

/**
 * The normal distribution at z: below 0 it is `e^(-z²/2) t Q(t)` with `t = 1 / (1 + 0.35 |z|)`, Q of degree 8 fitted to 3e-8 relative for
 * |z| < 14.5; above 0 it is 1 less that of -z.
 */
// @inline
function normalBelow4(z: v128, bell: v128): v128 {
  const one = splat(1);
  const t = f32x4.div(one, madd(f32x4.abs(z), splat(0.35), one));
  let q = madd(splat(-0.0291578863), t, splat(0.144030914));
  q = madd(q, t, splat(-0.25583899));
  q = madd(q, t, splat(0.159319699));
  q = madd(q, t, splat(-0.0232123509));
  q = madd(q, t, splat(0.105552502));
  q = madd(q, t, splat(0.119821288));
  q = madd(q, t, splat(0.139863521));
  q = madd(q, t, splat(0.139621302));
  const tail = f32x4.mul(bell, f32x4.mul(q, t));
  return v128.bitselect(f32x4.sub(one, tail), tail, positive(z));
}

/** Beyond 15 the distribution is 0 or 1 in float32. */
// @inline
function within15(z: v128): v128 {
  return f32x4.max(f32x4.min(z, splat(15)), splat(-15));
}

// @inline
export function geluForward(z: v128, _parameter: f32): v128 {
  const near = within15(z);
  return f32x4.mul(z, normalBelow4(near, bell4(near)));
}

// @inline
export function geluPullback(da: v128, z: usize, _a: usize, _parameter: f32): v128 {
  const near = within15(v128.load(z));
  const bell = bell4(near);
  const density = f32x4.mul(bell, splat(0.39894228));
  return f32x4.mul(da, madd(near, density, normalBelow4(near, bell)));
}

/** `u = 2 sqrt(2 / pi) (z + 0.044715 z³)` */
// @inline
function geluArgument4(z: v128): v128 {
  return f32x4.mul(z, madd(f32x4.mul(z, z), splat(0.0713548163), splat(1.59576912)));
}

// @inline
export function geluTanhForward(z: v128, _parameter: f32): v128 {
  return f32x4.mul(z, sigmoid4(geluArgument4(z)));
}

/** `s + z s (1 - s) du/dz`, from the nearest of -15 to 15, or the square would grow to infinity beside a factor of 0. */
// @inline
export function geluTanhPullback(da: v128, z: usize, _a: usize, _parameter: f32): v128 {
  const near = within15(v128.load(z));
  const u = geluArgument4(near);
  const s = sigmoid4(u);
  const slope = madd(f32x4.mul(near, near), splat(0.214064449), splat(1.59576912));
  const change = f32x4.mul(f32x4.mul(s, sigmoid4(f32x4.neg(u))), slope);
  return f32x4.mul(da, madd(near, change, s));
}

// @inline
export function siluForward(z: v128, _parameter: f32): v128 {
  return f32x4.mul(z, sigmoid4(z));
}

/** `s (1 + z (1 - s))`, with `1 - s` taken as the sigmoid of -z */
// @inline
export function siluPullback(da: v128, z: usize, _a: usize, _parameter: f32): v128 {
  const z4 = v128.load(z);
  const rest = f32x4.mul(z4, sigmoid4(f32x4.neg(z4)));
  return f32x4.mul(da, f32x4.mul(sigmoid4(z4), f32x4.add(rest, splat(1))));
}

/** `max(z, 0) + ln(1 + e^-|z|)` */
// @inline
export function softplusForward(z: v128, _parameter: f32): v128 {
  return f32x4.add(f32x4.max(z, splat(0)), log1p4(exp4(f32x4.neg(f32x4.abs(z)))));
}

// @inline
export function softplusPullback(da: v128, z: usize, _a: usize, _parameter: f32): v128 {
  return f32x4.mul(da, sigmoid4(v128.load(z)));
}

// @inline
export function softsignForward(z: v128, _parameter: f32): v128 {
  return f32x4.div(z, f32x4.add(f32x4.abs(z), splat(1)));
}

// @inline
export function softsignPullback(da: v128, z: usize, _a: usize, _parameter: f32): v128 {
  const size = f32x4.add(f32x4.abs(v128.load(z)), splat(1));
  return f32x4.div(f32x4.div(da, size), size);
}

// @inline
export function expForward(z: v128, _parameter: f32): v128 {
  return exp4(z);
}

// @inline
export function expPullback(da: v128, _z: usize, a: usize, _parameter: f32): v128 {
  return f32x4.mul(da, v128.load(a));
}

// @inline
export function log1pForward(z: v128, _parameter: f32): v128 {
  return log1p4(z);
}

// @inline
export function log1pPullback(da: v128, z: usize, _a: usize, _parameter: f32): v128 {
  return f32x4.div(da, f32x4.add(splat(1), v128.load(z)));
}
