/** ln 2 in two parts, of which the first has zeros at its end, so that multiples of it are exact. */
const [LN2_HIGH, LN2_LOW] = [0.6931471803691238, 1.9082149292705877e-10];
/** Remez polynomial of x (e^x + 1) / (e^x - 1) in x^2, over [0, (ln 2 / 2)^2]. */
const [P1, P2, P3, P4, P5] = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8,
] as const;

/** 2^k for k from -1021 to 1023. */
const powers = Float64Array.from({ length: 2045 }, (_, i) => 2 ** (i - 1021));
const SMALL = 2 ** -1000;
const TINY = 2 ** -28;

/**
 * e^x in float64, to within one unit of the last digit, by arithmetic alone: to the same bits in every runtime, which `Math.exp` is not.
 *
 *   x = k ln 2 + r, |r| <= ln 2 / 2;   e^x = 2^k (1 - ((r_low - r c / (2 - c)) - r_high)),   c = r - r^2 P(r^2)
 *
 * @see K. C. Ng, FDLIBM 5.3, e_exp.c
 * @example exp(0) //=> 1
 */
export function exp(x: number): number {
  if (!(x <= 709.782712893384)) return x > 0 ? Number.POSITIVE_INFINITY : x;
  if (x < -745.1332191019411) return 0;
  // As V8 has it, which the polynomial misses by one unit.
  if (x === 1) return Math.E;
  const size = Math.abs(x);
  let k = 0;
  let high = x;
  let low = 0;
  if (size > 0.34657359027997264) {
    const sign = x < 0 ? -1 : 1;
    // Within three halves of ln 2, once; else the nearest multiple.
    k = size < 1.0397207708399179 ? sign : Math.trunc(Math.LOG2E * x + 0.5 * sign);
    high = x - k * LN2_HIGH;
    low = k * LN2_LOW;
  } else if (size < TINY) return 1 + x;
  const r = high - low;
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k === 1024) return y * 2 * powers[2044]!;
  return k >= -1021 ? y * powers[k + 1021]! : y * powers[k + 2021]! * SMALL;
}
