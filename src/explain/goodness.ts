/** A point of a curve. */
export type Point = readonly [x: number, y: number];

/** How good probabilities of two classes are. */
export interface BinaryGoodness {
  /** False positive rate and true positive rate, from (0, 0) to (1, 1). */
  readonly roc: readonly Point[];
  /** Recall and precision, from the highest threshold down. */
  readonly precisionRecall: readonly Point[];
  /** In tenths of the rows by probability: the mean probability, the share of class 1, and the rows. */
  readonly calibration: readonly { readonly predicted: number; readonly observed: number; readonly rows: number }[];
  /** Of the rows with the highest probabilities, in tenths: how many times as many of class 1 there are as among all. */
  readonly lift: readonly { readonly share: number; readonly lift: number }[];
  readonly thresholds: readonly ThresholdRow[];
}

/** What a threshold makes of the rows. */
export interface ThresholdRow {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** How far numbers are off, in tenths of the rows by what is predicted. */
export interface Residuals {
  readonly predicted: number;
  /** Mean of label - prediction. */
  readonly bias: number;
  /** Root of the mean square of it. */
  readonly rmse: number;
  readonly rows: number;
}

/** Points of a curve at the most. */
const MOST = 200;

/**
 * Curves and tables of probabilities `p [n]` against labels `y [n]` of 0 and 1, as scikit-learn's `roc_curve`, `precision_recall_curve` and
 * `calibration_curve(strategy='quantile')` have them, thinned to 200 points.
 */
export function binaryGoodness(p: Float64Array, y: Float64Array): BinaryGoodness {
  const n = p.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => p[b]! - p[a]!);
  const ones = y.reduce((sum, one) => sum + one, 0);
  const zeros = n - ones;
  const roc: Point[] = [[0, 0]];
  const precisionRecall: Point[] = [];
  let [right, wrong] = [0, 0];
  for (let i = 0; i < n; ) {
    const threshold = p[order[i]!];
    for (; i < n && p[order[i]!] === threshold; i++) {
      if (y[order[i]!] === 1) right++;
      else wrong++;
    }
    roc.push([wrong / zeros, right / ones]);
    precisionRecall.push([right / ones, right / (right + wrong)]);
  }
  const tenths = tenthsOf(n);
  const topDown = tenths.map(([, end]) => {
    let found = 0;
    for (let i = 0; i < end; i++) found += y[order[i]!]!;
    return { share: end / n, lift: found / end / (ones / n) };
  });
  const ascending = order.toReversed();
  const calibration = tenths.map(([begin, end]) => {
    const rows = ascending.subarray(begin, end);
    return { predicted: meanOf(rows, p), observed: meanOf(rows, y), rows: rows.length };
  });
  const thresholds = Array.from({ length: 19 }, (_, i) => thresholdRow((i + 1) / 20, p, y));
  return { roc: thinned(roc), precisionRecall: thinned(precisionRecall), calibration, lift: topDown, thresholds };
}

/** Counts at a threshold: class 1 is predicted from it on. */
export function thresholdRow(threshold: number, p: Float64Array, y: Float64Array): ThresholdRow {
  let [tp, fp, fn, tn] = [0, 0, 0, 0];
  for (const [i, probability] of p.entries()) {
    if (probability >= threshold) y[i] === 1 ? tp++ : fp++;
    else y[i] === 1 ? fn++ : tn++;
  }
  const counts = { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn };
  const f1 = tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn);
  return { threshold, ...counts, precision: tp / (tp + fp), recall: tp / (tp + fn), f1 };
}

/** Rows by label and by the most probable class, `[label][predicted]`. */
export function confusionOf(p: Float64Array, y: Float64Array, classes: number): readonly (readonly number[])[] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [row, label] of y.entries()) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (p[row * classes + c]! > p[row * classes + best]!) best = c;
    counts[label]![best]!++;
  }
  return counts;
}

/** Residuals of numbers. */
export function residualsOf(p: Float64Array, y: Float64Array): readonly Residuals[] {
  const order = Uint32Array.from({ length: p.length }, (_, i) => i).sort((a, b) => p[a]! - p[b]!);
  const errors = y.map((label, i) => label - p[i]!);
  const squares = errors.map((error) => error * error);
  return tenthsOf(p.length).map(([begin, end]) => {
    const rows = order.subarray(begin, end);
    return {
      predicted: meanOf(rows, p),
      bias: meanOf(rows, errors),
      rmse: Math.sqrt(meanOf(rows, squares)),
      rows: rows.length,
    };
  });
}

function tenthsOf(n: number): readonly Point[] {
  const parts = Math.min(10, n);
  return Array.from(
    { length: parts },
    (_, i): Point => [Math.floor((i * n) / parts), Math.floor(((i + 1) * n) / parts)],
  );
}

function meanOf(rows: Uint32Array, values: Float64Array): number {
  return rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
}

function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= MOST) return points;
  return Array.from({ length: MOST }, (_, i) => points[Math.round((i * (points.length - 1)) / (MOST - 1))]!);
}
