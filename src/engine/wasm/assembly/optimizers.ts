/**
 * The updates of optimizers, as `../referenceUpdates.ts` declares them: four numbers of each vector are read, then written. Each gets whether
 * there are whole vectors of four or the 1 to 3 numbers that are left, and how many bytes; then its vectors, at 0 those that are not kept, and
 * its numbers. What calls them is written by `../updatesSource.ts`.
 */
import { madd, storePart } from './simd';

// @inline
function splat(x: f64): v128 {
  return f32x4.splat(<f32>x);
}

/**
 * Numbers too small for the normal range become 0. A gradient that stays 0 would otherwise leave moments of that kind for good, and some
 * processors take a hundred times as long over them.
 */
// @inline
function normalOrZero(v: v128): v128 {
  return v128.andnot(v, f32x4.lt(f32x4.abs(v), f32x4.splat(1.17549435e-38)));
}

/** -1, 0 or 1 */
// @inline
function sign(v: v128): v128 {
  const one = v128.or(v128.and(v, f32x4.splat(-0.0)), f32x4.splat(1));
  return v128.and(one, f32x4.ne(v, f32x4.splat(0)));
}

/** `d = g + l2 w + l1 sign(w)` */
// @inline
function penalized(g: usize, w: usize, at: usize, l2: f64, l1: f64): v128 {
  const d = v128.load(g + at);
  if (!(<f32>l2 + <f32>l1)) return d;
  const w4 = v128.load(w + at);
  return madd(w4, splat(l2), madd(sign(w4), splat(l1), d));
}

/** Stores four numbers where `whole`, of which the compiler knows, or the 1 to 3 that are left. */
// @inline
function put(whole: bool, to: usize, value: v128, bytes: usize): void {
  if (whole) v128.store(to, value);
  else storePart(to, value, bytes >> 2);
}

/** `keep a + take d` */
// @inline
function mean(a: v128, keep: v128, d: v128, take: v128): v128 {
  return normalOrZero(madd(a, keep, f32x4.mul(d, take)));
}

/** `keep a + take d²` */
// @inline
function meanSquare(a: v128, keep: v128, d: v128, take: v128): v128 {
  return normalOrZero(madd(a, keep, f32x4.mul(f32x4.mul(d, take), d)));
}

// @inline
export function sgd(
  whole: bool,
  bytes: usize,
  w: usize,
  g: usize,
  velocity: usize,
  rate: f64,
  momentum: f64,
  take: f64,
  nesterov: f64,
  l2: f64,
  l1: f64,
): void {
  const by = splat(-rate);
  const momentum4 = splat(momentum);
  const take4 = splat(take);
  for (let at: usize = 0; at < bytes; at += 16) {
    let d = penalized(g, w, at, l2, l1);
    if (velocity) {
      const v4 = mean(v128.load(velocity + at), momentum4, d, take4);
      d = nesterov !== 0 ? madd(v4, momentum4, d) : v4;
      put(whole, velocity + at, v4, bytes - at);
    }
    put(whole, w + at, madd(d, by, v128.load(w + at)), bytes - at);
  }
}

// @inline
export function adam(
  whole: bool,
  bytes: usize,
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  most: usize,
  rate: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  rootCorrection2: f64,
  keep: f64,
  l2: f64,
  l1: f64,
): void {
  const by = splat(-rate);
  const keep1 = splat(beta1);
  const take1 = splat(1 - beta1);
  const keep2 = splat(beta2);
  const take2 = splat(1 - beta2);
  const epsilon4 = splat(epsilon);
  const correction = splat(1 / rootCorrection2);
  const keep4 = splat(keep);
  for (let at: usize = 0; at < bytes; at += 16) {
    const d = penalized(g, w, at, l2, l1);
    const m4 = mean(v128.load(m + at), keep1, d, take1);
    const v4 = meanSquare(v128.load(v + at), keep2, d, take2);
    let square = v4;
    if (most) {
      square = f32x4.max(v128.load(most + at), v4);
      put(whole, most + at, square, bytes - at);
    }
    const step = f32x4.div(f32x4.mul(m4, by), madd(f32x4.sqrt(square), correction, epsilon4));
    put(whole, m + at, m4, bytes - at);
    put(whole, v + at, v4, bytes - at);
    put(whole, w + at, f32x4.add(f32x4.mul(v128.load(w + at), keep4), step), bytes - at);
  }
}

// @inline
export function nadam(
  whole: bool,
  bytes: usize,
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  rateOfGradient: f64,
  rateOfMean: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  rootCorrection2: f64,
  l2: f64,
  l1: f64,
): void {
  const byGradient = splat(-rateOfGradient);
  const byMean = splat(-rateOfMean);
  const keep1 = splat(beta1);
  const take1 = splat(1 - beta1);
  const keep2 = splat(beta2);
  const take2 = splat(1 - beta2);
  const epsilon4 = splat(epsilon);
  const correction = splat(1 / rootCorrection2);
  for (let at: usize = 0; at < bytes; at += 16) {
    const d = penalized(g, w, at, l2, l1);
    const m4 = mean(v128.load(m + at), keep1, d, take1);
    const v4 = meanSquare(v128.load(v + at), keep2, d, take2);
    const ahead = madd(m4, byMean, f32x4.mul(d, byGradient));
    const step = f32x4.div(ahead, madd(f32x4.sqrt(v4), correction, epsilon4));
    put(whole, m + at, m4, bytes - at);
    put(whole, v + at, v4, bytes - at);
    put(whole, w + at, f32x4.add(v128.load(w + at), step), bytes - at);
  }
}

// @inline
export function rmsProp(
  whole: bool,
  bytes: usize,
  w: usize,
  g: usize,
  v: usize,
  center: usize,
  velocity: usize,
  rate: f64,
  decay: f64,
  epsilon: f64,
  momentum: f64,
  l2: f64,
  l1: f64,
): void {
  const by = splat(-rate);
  const keep = splat(decay);
  const take = splat(1 - decay);
  const epsilon4 = splat(epsilon);
  const momentum4 = splat(momentum);
  for (let at: usize = 0; at < bytes; at += 16) {
    const d = penalized(g, w, at, l2, l1);
    const v4 = meanSquare(v128.load(v + at), keep, d, take);
    put(whole, v + at, v4, bytes - at);
    let square = v4;
    if (center) {
      const m4 = mean(v128.load(center + at), keep, d, take);
      put(whole, center + at, m4, bytes - at);
      // Rounding can take it below 0.
      square = f32x4.max(f32x4.sub(v4, f32x4.mul(m4, m4)), f32x4.splat(0));
    }
    let u = f32x4.div(d, f32x4.add(f32x4.sqrt(square), epsilon4));
    if (velocity) {
      u = normalOrZero(madd(v128.load(velocity + at), momentum4, u));
      put(whole, velocity + at, u, bytes - at);
    }
    put(whole, w + at, madd(u, by, v128.load(w + at)), bytes - at);
  }
}

// @inline
export function adagrad(
  whole: bool,
  bytes: usize,
  w: usize,
  g: usize,
  sum: usize,
  rate: f64,
  epsilon: f64,
  l2: f64,
  l1: f64,
): void {
  const by = splat(-rate);
  const epsilon4 = splat(epsilon);
  for (let at: usize = 0; at < bytes; at += 16) {
    const d = penalized(g, w, at, l2, l1);
    const s4 = madd(d, d, v128.load(sum + at));
    put(whole, sum + at, s4, bytes - at);
    const step = f32x4.div(f32x4.mul(d, by), f32x4.add(f32x4.sqrt(s4), epsilon4));
    put(whole, w + at, f32x4.add(v128.load(w + at), step), bytes - at);
  }
}

// @inline
export function lion(
  whole: bool,
  bytes: usize,
  w: usize,
  g: usize,
  m: usize,
  rate: f64,
  beta1: f64,
  beta2: f64,
  keep: f64,
  l2: f64,
  l1: f64,
): void {
  const by = splat(-rate);
  const keep1 = splat(beta1);
  const take1 = splat(1 - beta1);
  const keep2 = splat(beta2);
  const take2 = splat(1 - beta2);
  const keep4 = splat(keep);
  for (let at: usize = 0; at < bytes; at += 16) {
    const d = penalized(g, w, at, l2, l1);
    const m4 = v128.load(m + at);
    const direction = sign(madd(m4, keep1, f32x4.mul(d, take1)));
    put(whole, m + at, mean(m4, keep2, d, take2), bytes - at);
    put(whole, w + at, madd(direction, by, f32x4.mul(v128.load(w + at), keep4)), bytes - at);
  }
}

// @inline
export function follow(whole: bool, bytes: usize, average: usize, w: usize, take: f64): void {
  const take4 = splat(take);
  for (let at: usize = 0; at < bytes; at += 16) {
    const a4 = v128.load(average + at);
    const next = madd(f32x4.sub(v128.load(w + at), a4), take4, a4);
    put(whole, average + at, next, bytes - at);
  }
}
