/** Activations of four numbers and their pullbacks, on top of exp and its relatives. */
import { madd } from './simd';
import { exp4, expm1Below4, expm1Near0, log1p4, sigmoid4 } from './transcendental';

// @ts-expect-error: decorator
@inline
function splat(x: f32): v128 {
  return f32x4.splat(x);
}

// @ts-expect-error: decorator
@inline
function positive(z: v128): v128 {
  return f32x4.gt(z, splat(0));
}

/** `scale z`, or `scale alpha (e^z - 1)` at 0 and below. */
// @ts-expect-error: decorator
@inline
export function elu4(z: v128, alpha: f32, scale: f32): v128 {
  const below = f32x4.mul(expm1Below4(f32x4.min(z, splat(0))), splat(alpha * scale));
  return v128.bitselect(f32x4.mul(z, splat(scale)), below, positive(z));
}

// @ts-expect-error: decorator
@inline
export function eluPullback4(da: v128, z: v128, a: v128, alpha: f32, scale: f32): v128 {
  return f32x4.mul(da, v128.bitselect(splat(scale), f32x4.add(a, splat(alpha * scale)), positive(z)));
}

/** e^(-z²/2) for |z| <= 15: the square of the leading 12 bits of z is exact, and what it leaves is small. */
// @ts-expect-error: decorator
@inline
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
// @ts-expect-error: decorator
@inline
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
// @ts-expect-error: decorator
@inline
function within15(z: v128): v128 {
  return f32x4.max(f32x4.min(z, splat(15)), splat(-15));
}

// @ts-expect-error: decorator
@inline
export function gelu4(z: v128): v128 {
  const near = within15(z);
  return f32x4.mul(z, normalBelow4(near, bell4(near)));
}

// @ts-expect-error: decorator
@inline
export function geluPullback4(da: v128, z: v128): v128 {
  const near = within15(z);
  const bell = bell4(near);
  const density = f32x4.mul(bell, splat(0.39894228));
  return f32x4.mul(da, madd(near, density, normalBelow4(near, bell)));
}

/** `u = 2 sqrt(2 / pi) (z + 0.044715 z³)` */
// @ts-expect-error: decorator
@inline
function geluArgument4(z: v128): v128 {
  return f32x4.mul(z, madd(f32x4.mul(z, z), splat(0.0713548163), splat(1.59576912)));
}

// @ts-expect-error: decorator
@inline
export function geluTanh4(z: v128): v128 {
  return f32x4.mul(z, sigmoid4(geluArgument4(z)));
}

/** `s + z s (1 - s) du/dz`, from the nearest of -15 to 15, or the square would grow to infinity beside a factor of 0. */
// @ts-expect-error: decorator
@inline
export function geluTanhPullback4(da: v128, z: v128): v128 {
  z = within15(z);
  const u = geluArgument4(z);
  const s = sigmoid4(u);
  const slope = madd(f32x4.mul(z, z), splat(0.214064449), splat(1.59576912));
  const change = f32x4.mul(f32x4.mul(s, sigmoid4(f32x4.neg(u))), slope);
  return f32x4.mul(da, madd(z, change, s));
}

// @ts-expect-error: decorator
@inline
export function silu4(z: v128): v128 {
  return f32x4.mul(z, sigmoid4(z));
}

/** `s (1 + z (1 - s))`, with `1 - s` taken as the sigmoid of -z */
// @ts-expect-error: decorator
@inline
export function siluPullback4(da: v128, z: v128): v128 {
  const rest = f32x4.mul(z, sigmoid4(f32x4.neg(z)));
  return f32x4.mul(da, f32x4.mul(sigmoid4(z), f32x4.add(rest, splat(1))));
}

/** `max(z, 0) + ln(1 + e^-|z|)` */
// @ts-expect-error: decorator
@inline
export function softplus4(z: v128): v128 {
  return f32x4.add(f32x4.max(z, splat(0)), log1p4(exp4(f32x4.neg(f32x4.abs(z)))));
}

// @ts-expect-error: decorator
@inline
export function softsign4(z: v128): v128 {
  return f32x4.div(z, f32x4.add(f32x4.abs(z), splat(1)));
}

// @ts-expect-error: decorator
@inline
export function softsignPullback4(da: v128, z: v128): v128 {
  const size = f32x4.add(f32x4.abs(z), splat(1));
  return f32x4.div(f32x4.div(da, size), size);
}
