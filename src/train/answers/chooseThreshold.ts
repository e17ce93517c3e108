import { type Bound, bound, either, exactly, group, number, required } from '../../options/bounds.ts';

/** What a wrong answer costs, in any unit; both at least 0, one of them above. */
export interface ErrorCosts {
  /** Of predicting the second class where it is the first. */
  readonly falsePositive: number;
  /** Of predicting the first class where it is the second. */
  readonly falseNegative: number;
}

/** The probability from which on the second of two classes is predicted: a number, or how it is chosen. */
export type Threshold = number | 'f1' | ErrorCosts;

const costs = group<ErrorCosts>({
  falsePositive: required(number({ least: 0 })),
  falseNegative: required(number({ least: 0 })),
});

export const thresholdBound: Bound<Threshold> = {
  ...either(either(number({ least: 0, most: 1 }), exactly('f1')), costs),
  expected: "a number in [0, 1], 'f1', or the costs { falsePositive, falseNegative }, one of them above 0",
  holds: (value) =>
    bound<Threshold>('', (one) => typeof one === 'number' && one >= 0 && one <= 1).holds(value) ||
    value === 'f1' ||
    (costs.holds(value) && areCosts(value as Partial<ErrorCosts>)),
};

/** What is not a number is told by its own name. */
function areCosts({ falsePositive, falseNegative }: Partial<ErrorCosts>): boolean {
  return falsePositive !== 0 || falseNegative !== 0;
}

/**
 * The threshold that is best over rows whose class is known: of the greatest F1, or of the least cost. It lies midway between the probabilities of two
 * rows, or of a row and 0 or 1; of equally good ones it is the greatest.
 *
 * @param p the probability of class 1, `[n]`
 * @param y zeros and ones, `[n]`
 */
export function chooseThreshold(
  by: 'f1' | ErrorCosts,
  p: Float64Array,
  y: Float64Array,
): { readonly threshold: number; readonly score: number; readonly scoreAtHalf: number } {
  const n = y.length;
  const ones = y.reduce((sum, one) => sum + one, 0);
  /** Of so many rows that are predicted as class 1, and so many hits among them; the greater, the better. */
  const merit = (predicted: number, hits: number) =>
    by === 'f1'
      ? (2 * hits) / (predicted + ones) || 0
      : -(by.falsePositive * (predicted - hits) + by.falseNegative * (ones - hits)) / n;
  const order = Uint32Array.from(p, (_, i) => i).sort((a, b) => p[b] - p[a]);
  let best = { merit: Number.NEGATIVE_INFINITY, threshold: 0.5 };
  let hits = 0;
  for (let predicted = 0; predicted <= n; predicted++) {
    if (predicted > 0) hits += y[order[predicted - 1]];
    const above = predicted === 0 ? 1 : p[order[predicted - 1]];
    const below = predicted === n ? 0 : p[order[predicted]];
    const threshold = below + (above - below) / 2;
    // Equal probabilities are on the same side; so are those that differ by less than can be told.
    if (!(threshold > below || predicted === n) || threshold > above) continue;
    const found = merit(predicted, hits);
    if (found > best.merit) best = { merit: found, threshold };
  }
  let [predicted, right] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (p[i] < 0.5) continue;
    predicted++;
    right += y[i];
  }
  const shown = (value: number) => (by === 'f1' ? value : -value || 0);
  return {
    threshold: best.threshold,
    score: shown(best.merit),
    scoreAtHalf: shown(merit(predicted, right)),
  };
}
