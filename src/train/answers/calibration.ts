import type { Vector } from '../../engine/types.ts';
import type { Loss } from '../../loss/loss.ts';
import { sigmoidOf } from '../../loss/sigmoidOf.ts';
import { type Bound, bound, isObject } from '../../options/bounds.ts';

/** A function that never falls: straight between its knots, level beyond them. */
export interface Curve {
  /** Probabilities as they come, ascending. */
  readonly from: readonly number[];
  /** What they become there. */
  readonly to: readonly number[];
}

/**
 * What is made of the probabilities `p` of a network, by class `c`; of a target of two classes only that of the second has a part. Over several classes
 * what becomes of `p` is divided by its sum.
 *
 *   temperature  p^(1/T): of two classes sigmoid(logit(p) / T), of more softmax(z / T)
 *   platt        sigmoid(slope[c] logit(p) + intercept[c])
 *   isotonic     curve[c](p)
 */
export type Calibration =
  | { readonly method: 'temperature'; readonly temperature: number }
  | { readonly method: 'platt'; readonly slopes: readonly number[]; readonly intercepts: readonly number[] }
  | { readonly method: 'isotonic'; readonly curves: readonly Curve[] };

/** Ways to recalibrate. */
export const calibrationMethods = ['temperature', 'platt', 'isotonic'] as const;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const areNumbers = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isNumber);
const rises = (values: readonly number[]) => values.every((value, i) => i === 0 || value >= values[i - 1]);

function isCurve(value: unknown): value is Curve {
  if (!isObject(value)) return false;
  const { from, to } = value as Partial<Curve>;
  if (!areNumbers(from) || !areNumbers(to)) return false;
  return from.length > 0 && from.length === to.length && rises(from) && rises(to) && to[0] >= 0 && to.at(-1)! <= 1;
}

/** A calibration as a checkpoint holds it. */
export const calibrationBound: Bound<Calibration> = bound<Calibration>(
  "a calibration: { method: 'temperature', temperature }, { method: 'platt', slopes, intercepts } or { method: 'isotonic', curves: [{ from, to }] }",
  (value) => {
    if (!isObject(value)) return false;
    const { method, temperature, slopes, intercepts, curves } = value as Readonly<Record<string, unknown>>;
    if (method === 'temperature') return isNumber(temperature) && temperature > 0;
    if (method === 'platt') return areNumbers(slopes) && areNumbers(intercepts) && slopes.length === intercepts.length;
    return method === 'isotonic' && Array.isArray(curves) && curves.length > 0 && curves.every(isCurve);
  },
);

/** Probabilities closer to 0 or 1 have no logit that says more. */
const least = Number.EPSILON / 2;

/** `log(p / (1 - p))`, of probabilities that are not 0 or 1. */
export function logitOf(p: number): number {
  const within = Math.min(1 - least, Math.max(least, p));
  return Math.log(within) - Math.log1p(-within);
}

/** The value of a curve. */
export function curveAt({ from, to }: Curve, p: number): number {
  let [low, high] = [0, from.length - 1];
  if (!(p > from[low])) return to[low];
  if (p >= from[high]) return to[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle] <= p) low = middle;
    else high = middle;
  }
  return to[low] + ((to[high] - to[low]) * (p - from[low])) / (from[high] - from[low]);
}

/**
 * Recalibrates probabilities in their place.
 *
 * @param p `[n, outputs]`
 */
export function recalibrate(calibration: Calibration, p: Vector, n: number, outputs: number): void {
  const change = changeOf(calibration, outputs);
  for (let row = 0; row < n; row++) {
    const begin = row * outputs;
    let sum = 0;
    for (let c = 0; c < outputs; c++) {
      p[begin + c] = change(p[begin + c], c);
      sum += p[begin + c];
    }
    if (outputs > 1) for (let c = 0; c < outputs; c++) p[begin + c] = sum > 0 ? p[begin + c] / sum : 1 / outputs;
  }
}

function changeOf(calibration: Calibration, outputs: number): (p: number, c: number) => number {
  if (calibration.method === 'platt') {
    const { slopes, intercepts } = calibration;
    return (p, c) => sigmoidOf(slopes[c] * logitOf(p) + intercepts[c]);
  }
  if (calibration.method === 'isotonic') return (p, c) => curveAt(calibration.curves[c], p);
  const { temperature } = calibration;
  return outputs === 1 ? (p) => sigmoidOf(logitOf(p) / temperature) : (p) => p ** (1 / temperature);
}

/** The same loss, whose outputs stand for recalibrated probabilities. */
export function withCalibration<L extends Pick<Loss, 'predict'>>(loss: L, calibration: Calibration | null): L {
  if (!calibration) return loss;
  return {
    ...loss,
    predict(p, output, n, outputs) {
      loss.predict(p, output, n, outputs);
      recalibrate(calibration, p, n, outputs);
    },
  };
}
