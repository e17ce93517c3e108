import type { Loss } from '../../loss/loss.ts';
import type { Vector } from '../../types.ts';
import { accuracy } from './accuracy.ts';
import { brier } from './brier.ts';
import { calibrationError } from './calibrationError.ts';
import { f1 } from './f1.ts';
import { logLoss } from './logLoss.ts';
import { mae } from './meanAbsoluteError.ts';
import type { Accumulator, Metric } from './metric.ts';
import { prAuc } from './prAuc.ts';
import { precision } from './precision.ts';
import { recall } from './recall.ts';
import { rocAuc } from './rocAuc.ts';
import { scoreLists } from './scoreLists.ts';
import { mse, r2, rmse } from './squaredError.ts';
import { topK } from './topK.ts';

/** What metrics must know of the target. */
export interface EvaluationTarget {
  readonly kind: 'binary' | 'classes' | 'regression';
  /**
   * Mean and standard deviation that y was standardized with, so that metrics are in its own unit.
   * @default 0
   */
  readonly mean?: number;
  /** @default 1 */
  readonly deviation?: number;
}

/**
 * Metrics by name, beside those of the best constant prediction. One that is not defined for the rows is left out: the AUC of a
 * single class, the r2 of a constant.
 */
export interface Score {
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly baseline: Readonly<Record<string, number>>;
}

/** Metrics over a stream of outputs. */
export interface Evaluation {
  /** @param output logits or predictions of the network, `[n, outputs]` */
  add(output: Vector, y: Vector, n: number, outputs: number): void;
  /** What has been counted so far, by metric, or the first of those that count together: plain JSON and typed arrays. */
  state(): EvaluationState;
  /** Adds what another evaluation of the same target has counted, as if its rows had been added here. */
  merge(state: EvaluationState): void;
  result(): Score;
}

/** What has been counted. */
export interface EvaluationState {
  readonly rows: number;
  readonly metrics: Readonly<Record<string, unknown>>;
}

const metricsOf = {
  binary() {
    const scores = scoreLists();
    return {
      auc: rocAuc(scores),
      prAuc: prAuc(scores),
      accuracy: accuracy(),
      precision: precision(),
      recall: recall(),
      f1: f1(),
      logLoss: logLoss(),
      brier: brier(),
      calibrationError: calibrationError(),
    };
  },
  classes: () => ({ accuracy: accuracy(), top3: topK(3), macroF1: f1({ average: 'macro' }), logLoss: logLoss() }),
  regression: () => ({ mse: mse(), rmse: rmse(), mae: mae(), r2: r2() }),
} satisfies Record<EvaluationTarget['kind'], () => Record<string, unknown>>;

type KeysOf<T> = T extends () => infer Metrics ? keyof Metrics : never;

/** The name of a metric, whatever the target. */
export type MetricName = KeysOf<(typeof metricsOf)[EvaluationTarget['kind']]>;

/** The names of the metrics that a target is scored by. */
export function metricNames(kind: EvaluationTarget['kind']): readonly string[] {
  return Object.keys(metricsOf[kind]());
}

/**
 * Begins an evaluation: `auc`, `prAuc`, `accuracy`, `precision`, `recall`, `f1`, `logLoss`, `brier` and `calibrationError` for a binary
 * target; `accuracy`, `top3` (from four classes on), `macroF1` and `logLoss` for classes; `mse`, `rmse`, `mae` and `r2` in the unit of y for
 * a regression.
 *
 * @param loss turns outputs to probabilities
 * @param only the metrics that are wanted; all by default
 */
export function createEvaluation(
  loss: Loss,
  { kind, mean = 0, deviation = 1 }: EvaluationTarget,
  only?: readonly string[],
): Evaluation {
  const all: Readonly<Record<string, Metric>> = metricsOf[kind]();
  const metrics = only ? Object.fromEntries(Object.entries(all).filter(([name]) => only.includes(name))) : all;
  const counting = new Map<unknown, readonly [string, Accumulator<unknown>]>();
  for (const [name, metric] of Object.entries(metrics)) {
    const counts = metric.counts ?? metric;
    if (!counting.has(counts)) counting.set(counts, [name, counts]);
  }
  const accumulators = [...counting.values()];
  // In float64, so that probabilities near 1 are not rounded together.
  let p = new Float64Array(0);
  let target = new Float64Array(0);
  let rows = 0;
  return {
    add(output, y, n, outputs) {
      if (p.length < n * outputs) p = new Float64Array(n * outputs);
      if (target.length < n) target = new Float64Array(n);
      loss.predict(p, output, n, outputs);
      for (let i = 0; i < n; i++) target[i] = y[i];
      if (kind === 'regression') {
        for (let i = 0; i < n * outputs; i++) p[i] = p[i] * deviation + mean;
        for (let i = 0; i < n; i++) target[i] = target[i] * deviation + mean;
      }
      for (const [, counts] of accumulators) counts.add(counts.takes === 'outputs' ? output : p, target, n, outputs);
      rows += n;
    },
    state: () => ({
      rows,
      metrics: Object.fromEntries(accumulators.map(([name, counts]) => [name, counts.state()])),
    }),
    merge(other) {
      rows += other.rows;
      for (const [name, counts] of accumulators) counts.merge(other.metrics[name]);
    },
    result() {
      const each = (figure: (metric: Metric) => number) =>
        Object.fromEntries(
          Object.entries(metrics)
            .map(([name, metric]) => [name, figure(metric)] as const)
            .filter(([, value]) => Number.isFinite(value)),
        );
      return { rows, metrics: each((metric) => metric.result()), baseline: each((metric) => metric.baseline()) };
    },
  };
}
