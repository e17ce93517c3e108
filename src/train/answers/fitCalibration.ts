import { sigmoidOf } from '../../loss/sigmoidOf.ts';
import { type Calibration, type Curve, logitOf } from './calibration.ts';

/**
 * Fits a calibration to the probabilities of rows whose class is known.
 *
 * @param p `[n, outputs]`; with one output that of class 1
 * @param y the numbers of the right classes, `[n]`
 */
export function fitCalibration(
  method: Calibration['method'],
  p: Float64Array,
  y: Float64Array,
  outputs: number,
): Calibration {
  if (method === 'temperature') return { method, temperature: fitTemperature(p, y, outputs) };
  const columns = Array.from({ length: outputs }, (_, c) => ({
    p: outputs === 1 ? p : Float64Array.from(y, (_, row) => p[row * outputs + c]),
    y: Float64Array.from(y, (right) => Number(right === (outputs === 1 ? 1 : c))),
  }));
  if (method === 'isotonic') return { method, curves: columns.map((column) => fitIsotonic(column.p, column.y)) };
  const lines = columns.map((column) => fitPlatt(column.p.map(logitOf), column.y));
  return {
    method,
    slopes: lines.map(({ slope }) => slope),
    intercepts: lines.map(({ intercept }) => intercept),
  };
}

/**
 * The temperature of the least log loss. The loss is convex in its inverse, whose derivative is brought to 0 by Newton's method within bounds.
 *
 * @see Guo et al. 2017, On calibration of modern neural networks
 */
export function fitTemperature(p: Float64Array, y: Float64Array, outputs: number): number {
  const n = y.length;
  /** Of each class its log of a probability; with one output, those of 0 and the logit. */
  const z = outputs === 1 ? p.map(logitOf) : p.map((each) => Math.log(Math.max(each, Number.MIN_VALUE)));
  function derivatives(s: number): readonly [first: number, second: number] {
    let [first, second] = [0, 0];
    for (let row = 0; row < n; row++) {
      if (outputs === 1) {
        const q = sigmoidOf(s * z[row]);
        first += (q - y[row]) * z[row];
        second += q * (1 - q) * z[row] * z[row];
        continue;
      }
      const begin = row * outputs;
      let most = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < outputs; c++) most = Math.max(most, z[begin + c]);
      let [sum, mean, square] = [0, 0, 0];
      for (let c = 0; c < outputs; c++) {
        const weight = Math.exp(s * (z[begin + c] - most));
        sum += weight;
        mean += weight * z[begin + c];
        square += weight * z[begin + c] * z[begin + c];
      }
      mean /= sum;
      first += mean - z[begin + y[row]];
      second += square / sum - mean * mean;
    }
    return [first / n, second / n];
  }

  let [low, high] = [coldest, 1 / coldest];
  let s = 1;
  for (let turn = 0; turn < 100; turn++) {
    const [first, second] = derivatives(s);
    if (first > 0) high = s;
    else low = s;
    const newton = s - first / second;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    if (Math.abs(next - s) <= 1e-12 * s) return 1 / next;
    s = next;
  }
  return 1 / s;
}

/** Rows that are all right want a temperature of 0, and those that are all wrong an infinite one. */
const coldest = 1e-3;

/**
 * Platt's sigmoid `1 / (1 + exp(-(slope x + intercept)))` of scores, of the least log loss against his targets, `(n1 + 1) / (n1 + 2)` and
 * `1 / (n0 + 2)`, by Newton's method.
 *
 * Convention: as sklearn.calibration's sigmoid, whose a and b have the other sign.
 * @see Platt 1999, and Lin, Lin and Weng 2007, A note on Platt's probabilistic outputs for support vector machines
 */
export function fitPlatt(x: Float64Array, y: Float64Array): { readonly slope: number; readonly intercept: number } {
  const ones = y.reduce((sum, one) => sum + one, 0);
  const [high, low] = [(ones + 1) / (ones + 2), 1 / (y.length - ones + 2)];
  const t = y.map((one) => (one > 0 ? high : low));
  const value = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      const z = a * x[i] + b;
      sum += Math.max(z, 0) - z * t[i] + Math.log1p(Math.exp(-Math.abs(z)));
    }
    return sum;
  };
  let [slope, intercept] = [0, Math.log((ones + 1) / (y.length - ones + 1))];
  let best = value(slope, intercept);
  for (let turn = 0; turn < 100; turn++) {
    // A little is added to the diagonal, where all scores are equal.
    let [aa, ab, bb, ga, gb] = [1e-12, 0, 1e-12, 0, 0];
    for (let i = 0; i < x.length; i++) {
      const q = sigmoidOf(slope * x[i] + intercept);
      const weight = q * (1 - q);
      aa += weight * x[i] * x[i];
      ab += weight * x[i];
      bb += weight;
      ga += (q - t[i]) * x[i];
      gb += q - t[i];
    }
    const determinant = aa * bb - ab * ab;
    const [da, db] = [(ab * gb - bb * ga) / determinant, (ab * ga - aa * gb) / determinant];
    let step = 1;
    let next = value(slope + da, intercept + db);
    while (!(next <= best) && step > 1e-10) {
      step /= 2;
      next = value(slope + step * da, intercept + step * db);
    }
    if (!(next < best)) break;
    [slope, intercept, best] = [slope + step * da, intercept + step * db, next];
  }
  return { slope, intercept };
}

/**
 * The curve that never falls with the least squared error, by pooling adjacent violators. It keeps away from 0 and 1 by `margin`: of what has
 * never come among `n` rows nobody knows that it cannot.
 *
 * Convention: between these bounds as sklearn.isotonic.IsotonicRegression, out_of_bounds 'clip'.
 * @see Zadrozny and Elkan 2002, doi:10.1145/775047.775151
 */
export function fitIsotonic(p: Float64Array, y: Float64Array, margin = 1 / (y.length + 2)): Curve {
  const order = Uint32Array.from(p, (_, i) => i).sort((a, b) => p[a] - p[b]);
  // Rows of the same probability are one, of the mean of their targets.
  const blocks: Block[] = [];
  for (const i of order) {
    const last = blocks.at(-1);
    if (last && last.last === p[i]) {
      last.sum += y[i];
      last.rows++;
    } else blocks.push({ first: p[i], last: p[i], sum: y[i], rows: 1 });
  }
  const pooled: Block[] = [];
  for (const block of blocks) {
    let own = block;
    for (let before = pooled.at(-1); before && before.sum * own.rows >= own.sum * before.rows; before = pooled.at(-1)) {
      pooled.pop();
      own = { first: before.first, last: own.last, sum: before.sum + own.sum, rows: before.rows + own.rows };
    }
    pooled.push(own);
  }
  const from: number[] = [];
  const to: number[] = [];
  for (const { first, last, sum, rows } of pooled) {
    const mean = Math.min(1 - margin, Math.max(margin, sum / rows));
    for (const knot of first === last ? [first] : [first, last]) {
      from.push(knot);
      to.push(mean);
    }
  }
  return { from, to };
}

/** Probabilities that share a value. */
interface Block {
  readonly first: number;
  readonly last: number;
  sum: number;
  rows: number;
}
