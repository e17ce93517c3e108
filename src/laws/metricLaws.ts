import { ok as holds, deepStrictEqual as same } from 'node:assert/strict';
import type { Constant, Metric, RunningMetric, Task } from '../train/metrics/types.ts';
import type { Law } from './law.ts';
import { distance, numbers } from './numbers.ts';

/** Predictions and targets that a metric is tried on. */
export interface ScoredRows {
  readonly outputs: number;
  /** Probabilities, or numbers in the unit of `y`, `[n, outputs]`. */
  readonly p: Float64Array;
  /** `[n]`, at least 38. */
  readonly y: Float64Array;
}

const n = 60;

/** Made-up rows of each kind of target. */
const made: Readonly<Record<Task, () => ScoredRows>> = {
  binary() {
    const y = Float64Array.from(numbers(1, n), (one) => (one > 0.4 ? 1 : 0));
    const z = numbers(2, n);
    return { outputs: 1, y, p: y.map((one, i) => 1 / (1 + Math.exp(1 - 2 * one - z[i]))) };
  },
  classes() {
    const outputs = 5;
    const y = Float64Array.from(numbers(3, n), (one) => Math.min(4, Math.floor(2 * Math.abs(one))));
    const p = Float64Array.from(numbers(4, n * outputs), (z, i) => {
      return Math.exp(z + (y[Math.floor(i / outputs)] === i % outputs ? 1 : 0));
    });
    for (let row = 0; row < n; row++) {
      const own = p.subarray(row * outputs, (row + 1) * outputs);
      const sum = own.reduce((total, value) => total + value, 0);
      own.forEach((value, k) => {
        own[k] = value / sum;
      });
    }
    return { outputs, y, p };
  },
  regression() {
    const y = Float64Array.from(numbers(5, n), (one) => 3 + one);
    const z = numbers(6, n);
    return { outputs: 1, y, p: y.map((one, i) => one + 0.5 * z[i]) };
  },
};

/**
 * The laws of a metric over a stream, for each kind of target that it scores.
 *
 * @param rows to try it on; made-up ones by default, of probabilities that are better than chance
 * @example metricLaws(mae()).length > 0 //=> true
 */
export function metricLaws(metric: Metric, rows?: ScoredRows): Law[] {
  if (rows) return lawsOver(metric, metric.name, rows);
  return metric.tasks.flatMap((task) => lawsOver(metric, `${metric.name} of a ${task} target`, made[task]()));
}

function lawsOver({ better, begin, options }: Metric, title: string, { outputs, p, y }: ScoredRows): Law[] {
  const n = y.length;
  function of(begins: number, end: number, into: RunningMetric = begin()): RunningMetric {
    into.add(p.subarray(begins * outputs, end * outputs), y.subarray(begins, end), end - begins, outputs);
    return into;
  }
  const figures = (counts: RunningMetric) => {
    const baseline = counts.baseline?.();
    return baseline === undefined ? [counts.result()] : [counts.result(), baseline];
  };
  const whole = () => figures(of(0, n));
  const law = (fact: string, run: () => void): Law => ({ name: `${title}: ${fact}`, run });
  return [
    law('is defined, and differs from its baseline', () => {
      holds(whole().every(Number.isFinite), `${whole()}`);
      holds(whole()[0] !== whole()[1]);
    }),
    law('is the same however the rows are split', () => {
      const split = begin();
      for (const [from, to] of [
        [0, 0],
        [0, 1],
        [1, 37],
        [37, n],
      ]) {
        of(from, to, split);
      }
      holds(distance(figures(split), whole()) < 1e-12);
    }),
    law('merges to what it would be over all rows', () => {
      for (const k of [0, 1, 37, n]) {
        const [first, second] = [of(0, k), of(k, n)];
        first.merge(structuredClone(second.state()));
        holds(distance(figures(first), whole()) < 1e-12, `${k} rows and the rest`);
        holds(k === n || distance(figures(second), figures(of(k, n))) < 1e-12, 'the other one is as it was');
      }
    }),
    law('the constant that its baseline is of has that figure', () => {
      const constant = of(0, n).constant?.();
      if (!constant) return holds(of(0, n).baseline === undefined, 'a baseline names its constant');
      const counts = begin();
      counts.add(constantRows(constant, n, outputs), y, n, outputs);
      holds(Math.abs(counts.result() - whole()[1]) < 1e-12, `${counts.result()}, ${whole()[1]}`);
    }),
    law('is no worse than its baseline for predictions that are all right', () => {
      const counts = begin();
      const right =
        outputs === 1 ? y : Array.from(y).flatMap((one) => Array.from({ length: outputs }, (_, k) => +(k === one)));
      counts.add(Float64Array.from(right), y, n, outputs);
      const [best, constant = best] = figures(counts);
      holds(better === 'higher' ? best >= constant - 1e-12 : best <= constant + 1e-12, `${best}, ${constant}`);
    }),
    law('a state is a copy', () => {
      const counts = of(0, 37);
      const state = counts.state();
      const before = structuredClone(state);
      of(37, n, counts);
      same(state, before);
    }),
    law('counts apart each time that it is begun', () => {
      const first = of(0, n);
      of(0, 37);
      same(figures(first), whole());
    }),
    law('is not a number for no rows', () => {
      holds(Number.isNaN(begin().result()));
    }),
    law('leaves predictions and targets as they were', () => {
      const before = { p: p.slice(), y: y.slice() };
      of(0, n).result();
      same({ p, y }, before);
    }),
    law('options are plain JSON', () => {
      same(JSON.parse(JSON.stringify(options)), options);
    }),
  ];
}

/** The predictions of a constant: `[n, outputs]`. */
function constantRows(constant: Constant, n: number, outputs: number): Float64Array {
  const row = Array.from({ length: outputs }, (_, k) => {
    // With one output it is the probability of class 1.
    const number = outputs === 1 ? 1 : k;
    if (constant.kind === 'any') return 0.3;
    if (constant.kind === 'shares') return constant.shares[number];
    if (constant.kind === 'classes') return constant.classes.includes(number) ? 1 / constant.classes.length : 0;
    return constant.value;
  });
  return Float64Array.from({ length: n * outputs }, (_, i) => row[i % outputs]);
}
