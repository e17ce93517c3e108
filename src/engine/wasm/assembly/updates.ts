/**
 * The updates of optimizers, each in one pass over the flat vectors: four numbers of each are read, then written. `types.ts` says what they
 * make. What an update takes is written down as a task, so that threads can share it.
 */
import { madd, storePart } from './simd';
import { argument, number, write, writeNumber } from './task';

/** Kinds of tasks; those of products are below. */
export const UPDATE: i32 = 16;
export const SGD: i32 = 16;
export const ADAM: i32 = 17;
export const NADAM: i32 = 18;
export const RMS_PROP: i32 = 19;
export const ADAGRAD: i32 = 20;
export const LION: i32 = 21;
export const FOLLOW: i32 = 22;

/** Arguments of an update: after the kind and the size of a part the length, then the vectors; 0 stands for one that is not kept. */
const LENGTH: usize = 2;
const VECTORS: usize = 3;

export function updateLength(): usize {
  return argument(LENGTH);
}

/** Numbers of an update: first those of the penalties, then its own. */
const L2: usize = 0;
const L1: usize = 1;
const TERMS: usize = 2;

export function writeVectors(length: usize, w: usize, g: usize, a: usize, b: usize = 0, c: usize = 0): void {
  write(LENGTH, length);
  write(VECTORS, w);
  write(VECTORS + 1, g);
  write(VECTORS + 2, a);
  write(VECTORS + 3, b);
  write(VECTORS + 4, c);
}

export function writePenalties(l2: f64, l1: f64): void {
  writeNumber(L2, l2);
  writeNumber(L1, l1);
}

export function writeTerms(a: f64, b: f64, c: f64 = 0, d: f64 = 0, e: f64 = 0, f: f64 = 0): void {
  writeNumber(TERMS, a);
  writeNumber(TERMS + 1, b);
  writeNumber(TERMS + 2, c);
  writeNumber(TERMS + 3, d);
  writeNumber(TERMS + 4, e);
  writeNumber(TERMS + 5, f);
}

/** A vector from its byte `at` on; 0 where it is not kept. */
// @ts-expect-error: decorator
@inline
function vector(i: usize, at: usize): usize {
  const from = argument(VECTORS + i);
  return from ? from + at : 0;
}

// @ts-expect-error: decorator
@inline
function term(i: usize): f64 {
  return number(TERMS + i);
}

// @ts-expect-error: decorator
@inline
function splat(x: f64): v128 {
  return f32x4.splat(<f32>x);
}

/**
 * Numbers too small for the normal range become 0. A gradient that stays 0 would otherwise leave moments of that kind for good, and some
 * processors take a hundred times as long over them.
 */
// @ts-expect-error: decorator
@inline
function normalOrZero(v: v128): v128 {
  return v128.andnot(v, f32x4.lt(f32x4.abs(v), f32x4.splat(1.17549435e-38)));
}

/** -1, 0 or 1 */
// @ts-expect-error: decorator
@inline
function sign(v: v128): v128 {
  const one = v128.or(v128.and(v, f32x4.splat(-0.0)), f32x4.splat(1));
  return v128.and(one, f32x4.ne(v, f32x4.splat(0)));
}

/** `d = g + l2 w + l1 sign(w)` */
// @ts-expect-error: decorator
@inline
function penalized(g: usize, w: usize, at: usize, l2: f32, l1: f32): v128 {
  const d = v128.load(g + at);
  if (!(l2 + l1)) return d;
  const w4 = v128.load(w + at);
  return madd(w4, f32x4.splat(l2), madd(sign(w4), f32x4.splat(l1), d));
}

/** Stores four numbers where `whole`, of which the compiler knows, or the 1 to 3 that are left. */
// @ts-expect-error: decorator
@inline
function put(whole: bool, to: usize, value: v128, bytes: usize): void {
  if (whole) v128.store(to, value);
  else storePart(to, value, bytes >> 2);
}

/** `keep a + take d` */
// @ts-expect-error: decorator
@inline
function mean(a: v128, keep: v128, d: v128, take: v128): v128 {
  return normalOrZero(madd(a, keep, f32x4.mul(d, take)));
}

/** `keep a + take d²` */
// @ts-expect-error: decorator
@inline
function meanSquare(a: v128, keep: v128, d: v128, take: v128): v128 {
  return normalOrZero(madd(a, keep, f32x4.mul(f32x4.mul(d, take), d)));
}

// @ts-expect-error: decorator
@inline
function sgd(whole: bool, w: usize, g: usize, velocity: usize, bytes: usize, l2: f32, l1: f32): void {
  const by = splat(-term(0));
  const momentum = splat(term(1));
  const take = splat(term(2));
  const nesterov = term(3) != 0;
  for (let at: usize = 0; at < bytes; at += 16) {
    let d = penalized(g, w, at, l2, l1);
    if (velocity) {
      const v4 = mean(v128.load(velocity + at), momentum, d, take);
      d = nesterov ? madd(v4, momentum, d) : v4;
      put(whole, velocity + at, v4, bytes - at);
    }
    put(whole, w + at, madd(d, by, v128.load(w + at)), bytes - at);
  }
}

// @ts-expect-error: decorator
@inline
function adam(whole: bool, w: usize, g: usize, m: usize, v: usize, most: usize, bytes: usize, l2: f32, l1: f32): void {
  const by = splat(-term(0));
  const keep1 = splat(term(1));
  const take1 = splat(1 - term(1));
  const keep2 = splat(term(2));
  const take2 = splat(1 - term(2));
  const epsilon = splat(term(3));
  const correction = splat(1 / term(4));
  const keep = splat(term(5));
  for (let at: usize = 0; at < bytes; at += 16) {
    const d = penalized(g, w, at, l2, l1);
    const m4 = mean(v128.load(m + at), keep1, d, take1);
    const v4 = meanSquare(v128.load(v + at), keep2, d, take2);
    let square = v4;
    if (most) {
      square = f32x4.max(v128.load(most + at), v4);
      put(whole, most + at, square, bytes - at);
    }
    const step = f32x4.div(f32x4.mul(m4, by), madd(f32x4.sqrt(square), correction, epsilon));
    put(whole, m + at, m4, bytes - at);
    put(whole, v + at, v4, bytes - at);
    put(whole, w + at, f32x4.add(f32x4.mul(v128.load(w + at), keep), step), bytes - at);
  }
}

// @ts-expect-error: decorator
@inline
function nadam(whole: bool, w: usize, g: usize, m: usize, v: usize, bytes: usize, l2: f32, l1: f32): void {
  const byGradient = splat(-term(0));
  const byMean = splat(-term(1));
  const keep1 = splat(term(2));
  const take1 = splat(1 - term(2));
  const keep2 = splat(term(3));
  const take2 = splat(1 - term(3));
  const epsilon = splat(term(4));
  const correction = splat(1 / term(5));
  for (let at: usize = 0; at < bytes; at += 16) {
    const d = penalized(g, w, at, l2, l1);
    const m4 = mean(v128.load(m + at), keep1, d, take1);
    const v4 = meanSquare(v128.load(v + at), keep2, d, take2);
    const ahead = madd(m4, byMean, f32x4.mul(d, byGradient));
    const step = f32x4.div(ahead, madd(f32x4.sqrt(v4), correction, epsilon));
    put(whole, m + at, m4, bytes - at);
    put(whole, v + at, v4, bytes - at);
    put(whole, w + at, f32x4.add(v128.load(w + at), step), bytes - at);
  }
}

// @ts-expect-error: decorator
@inline
function rmsProp(
  whole: bool,
  w: usize,
  g: usize,
  v: usize,
  center: usize,
  velocity: usize,
  bytes: usize,
  l2: f32,
  l1: f32,
): void {
  const by = splat(-term(0));
  const keep = splat(term(1));
  const take = splat(1 - term(1));
  const epsilon = splat(term(2));
  const momentum = splat(term(3));
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
    let u = f32x4.div(d, f32x4.add(f32x4.sqrt(square), epsilon));
    if (velocity) {
      u = normalOrZero(madd(v128.load(velocity + at), momentum, u));
      put(whole, velocity + at, u, bytes - at);
    }
    put(whole, w + at, madd(u, by, v128.load(w + at)), bytes - at);
  }
}

// @ts-expect-error: decorator
@inline
function adagrad(whole: bool, w: usize, g: usize, sum: usize, bytes: usize, l2: f32, l1: f32): void {
  const by = splat(-term(0));
  const epsilon = splat(term(1));
  for (let at: usize = 0; at < bytes; at += 16) {
    const d = penalized(g, w, at, l2, l1);
    const s4 = madd(d, d, v128.load(sum + at));
    put(whole, sum + at, s4, bytes - at);
    const step = f32x4.div(f32x4.mul(d, by), f32x4.add(f32x4.sqrt(s4), epsilon));
    put(whole, w + at, f32x4.add(v128.load(w + at), step), bytes - at);
  }
}

// @ts-expect-error: decorator
@inline
function lion(whole: bool, w: usize, g: usize, m: usize, bytes: usize, l2: f32, l1: f32): void {
  const by = splat(-term(0));
  const keep1 = splat(term(1));
  const take1 = splat(1 - term(1));
  const keep2 = splat(term(2));
  const take2 = splat(1 - term(2));
  const keep = splat(term(3));
  for (let at: usize = 0; at < bytes; at += 16) {
    const d = penalized(g, w, at, l2, l1);
    const m4 = v128.load(m + at);
    const direction = sign(madd(m4, keep1, f32x4.mul(d, take1)));
    put(whole, m + at, mean(m4, keep2, d, take2), bytes - at);
    put(whole, w + at, madd(direction, by, f32x4.mul(v128.load(w + at), keep)), bytes - at);
  }
}

// @ts-expect-error: decorator
@inline
function follow(whole: bool, average: usize, w: usize, bytes: usize): void {
  const take = splat(term(0));
  for (let at: usize = 0; at < bytes; at += 16) {
    const a4 = v128.load(average + at);
    const next = madd(f32x4.sub(v128.load(w + at), a4), take, a4);
    put(whole, average + at, next, bytes - at);
  }
}

/** Numbers from byte `at` on. */
// @ts-expect-error: decorator
@inline
function updateFrom(whole: bool, kind: i32, at: usize, bytes: usize): void {
  const w = vector(0, at);
  const g = vector(1, at);
  const a = vector(2, at);
  const b = vector(3, at);
  const c = vector(4, at);
  const l2 = <f32>number(L2);
  const l1 = <f32>number(L1);
  if (kind == SGD) sgd(whole, w, g, a, bytes, l2, l1);
  else if (kind == ADAM) adam(whole, w, g, a, b, c, bytes, l2, l1);
  else if (kind == NADAM) nadam(whole, w, g, a, b, bytes, l2, l1);
  else if (kind == RMS_PROP) rmsProp(whole, w, g, a, b, c, bytes, l2, l1);
  else if (kind == ADAGRAD) adagrad(whole, w, g, a, bytes, l2, l1);
  else if (kind == LION) lion(whole, w, g, a, bytes, l2, l1);
  else if (kind == FOLLOW) follow(whole, w, g, bytes);
}

/** Numbers `begin` to `begin + length` of the update that stands. */
export function updatePart(kind: i32, begin: usize, length: usize): void {
  const whole = length & ~3;
  updateFrom(true, kind, begin << 2, whole << 2);
  if (whole < length) updateFrom(false, kind, (begin + whole) << 2, (length - whole) << 2);
}
