/** `a b + c` in four lanes: one rounding in the relaxed build, two in the strict one. */
// @inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Stores the first `count` lanes, 1 to 3. Loads may read past the end of an array, stores must not. */
export function storePart(to: usize, value: v128, count: usize): void {
  f32.store(to, f32x4.extract_lane(value, 0));
  if (count > 1) f32.store(to, f32x4.extract_lane(value, 1), 4);
  if (count > 2) f32.store(to, f32x4.extract_lane(value, 2), 8);
}

/** Stores as many lanes as there is room for: `count` numbers, at least 1. */
// @inline
export function store(to: usize, value: v128, count: usize): void {
  if (count >= 4) v128.store(to, value);
  else storePart(to, value, count);
}
