import type { Vector } from '../../engine/types.ts';
import type { Loss } from '../../loss/loss.ts';
import { type Fields, listOf, number, text } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { constantInWords, lackInWords } from './inWords.ts';
import { metricsBound, metricsFor } from './metricsFor.ts';
import type { Accumulator, Metric, Share, Task } from './types.ts';

/** What metrics must know of the target. */
export interface EvaluationTarget {
  readonly kind: Task;
  /**
   * Mean and standard deviation that y was standardized with, so that metrics are in its own unit.
   * @default 0
   */
  readonly mean?: number;
  /** @default 1 */
  readonly deviation?: number;
  /**
   * The names of the classes, by number; of a binary target those of 0 and 1.
   * @default their numbers
   */
  readonly classes?: readonly string[];
}

/**
 * Metrics by name, beside those of the best constant prediction. One that is not defined for the rows is left out, and it is said why: the
 * AUC of a single class, the r2 of a constant.
 */
export interface Scores {
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly baseline: Readonly<Record<string, number>>;
  /** Which constant prediction each baseline is of: `always no`, `the mean 23.5`, `the share 0.197 of yes`. */
  readonly constants: Readonly<Record<string, string>>;
  /** Why the other metrics are not defined for these rows: `{ auc: 'all are of class 0' }`. */
  readonly notDefined: Readonly<Record<string, string>>;
}

export interface EvaluationOptions {
  /**
   * Metrics besides those of the kind of target.
   * @default none
   */
  readonly metrics?: readonly Metric[];
  /**
   * The names of those that are wanted.
   * @default all
   */
  readonly only?: readonly string[];
  /**
   * The probability from which on the second of two classes is predicted; in [0, 1].
   * @default 0.5
   */
  readonly threshold?: number;
}

export const evaluationFields: Fields<EvaluationOptions> = {
  metrics: metricsBound,
  only: listOf('names', text('the name of a metric')),
  threshold: number({ least: 0, most: 1 }),
};

/** Metrics over a stream of outputs. */
export interface Evaluation {
  /** @param output logits or predictions of the network, `[n, outputs]` */
  add(output: Vector, y: Vector, n: number, outputs: number): void;
  /** What has been counted so far, by metric, or the first of those that count together: plain JSON and typed arrays. */
  state(): EvaluationState;
  /** Adds what another evaluation of the same target has counted, as if its rows had been added here. */
  merge(state: EvaluationState): void;
  result(): Scores;
}

/** What has been counted. */
export interface EvaluationState {
  readonly rows: number;
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** Why a metric is not defined that is so for other predictions of the same rows. */
export const notFinite = 'the predictions are not finite';

/**
 * Begins an evaluation: `auc`, `prAuc`, `accuracy`, `precision`, `recall`, `f1`, `logLoss`, `brier` and `calibrationError` for a binary
 * target; `accuracy`, `top3` (from four classes on), `macroF1` and `logLoss` for classes; `mse`, `rmse`, `mae` and `r2` in the unit of y for
 * a regression.
 *
 * @param loss turns outputs to probabilities, by `predict`
 * @example
 * ```ts
 * const evaluation = createEvaluation(meanSquaredError(), { kind: 'regression' }, { only: ['mae'] });
 * evaluation.add(Float64Array.of(1, 4), Float64Array.of(2, 2), 2, 1);
 * evaluation.result().metrics; //=> { mae: 1.5 }
 * ```
 */
export function createEvaluation(
  loss: Pick<Loss, 'predict'>,
  { kind, mean = 0, deviation = 1, classes }: EvaluationTarget,
  options: EvaluationOptions = {},
): Evaluation {
  checkOptions('createEvaluation', options, evaluationFields);
  const { metrics: own = [], only, threshold = 0.5 } = options;
  const declared = metricsFor(kind, own).filter(({ name }) => only?.includes(name) ?? true);
  const shared = new Map<unknown, unknown>();
  const share: Share = <Counts>(make: (threshold: number) => Counts) => {
    if (!shared.has(make)) shared.set(make, make(threshold));
    return shared.get(make) as Counts;
  };
  const metrics = Object.fromEntries(declared.map((metric) => [metric.name, metric.begin(share)]));
  const isOwn = (name: string) => own.some((metric) => metric.name === name);
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
  let areFinite = true;

  /** Undefined for one that is none of such a target. */
  function whyNot(name: string, value: number): string | undefined {
    if (rows === 0) return 'there are none';
    const lack = metrics[name].lacks?.();
    // Of one of ours there is no other cause.
    if (lack === undefined) return areFinite && isOwn(name) ? `its figure is ${value}` : notFinite;
    return lack === 'classes' ? undefined : lackInWords(lack, classes);
  }

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
      if (own.length > 0) for (let i = 0; i < n * outputs; i++) areFinite &&= Number.isFinite(p[i]);
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
      const values = Object.entries(metrics).map(([name, metric]) => [name, metric.result()] as const);
      const baseline = finite(
        Object.entries(metrics).map(([name, metric]) => [name, metric.baseline?.() ?? Number.NaN]),
      );
      const constants = Object.keys(baseline).flatMap((name) => {
        const constant = metrics[name].constant?.();
        return constant ? [[name, constantInWords(constant, classes)]] : [];
      });
      const others = values
        .filter(([, value]) => !Number.isFinite(value))
        .flatMap(([name, value]) => {
          const why = whyNot(name, value);
          return why === undefined ? [] : [[name, why] as const];
        });
      return {
        rows,
        metrics: finite(values),
        baseline,
        constants: Object.fromEntries(constants),
        notDefined: Object.fromEntries(others),
      };
    },
  };
}

function finite(values: readonly (readonly [name: string, value: number])[]): Readonly<Record<string, number>> {
  return Object.fromEntries(values.filter(([, value]) => Number.isFinite(value)));
}

/**
 * The score of one row of each of these classes: whether a metric is defined hangs on nothing else.
 *
 * @param seen the numbers of the classes
 * @param metrics the pipeline's own
 */
export function scoreOfClasses(
  target: EvaluationTarget & { readonly kind: 'binary' | 'classes' },
  seen: readonly number[],
  metrics: readonly Metric[] = [],
): Scores {
  const evaluation = createEvaluation({ predict: (p) => p.fill(0) }, target, { metrics });
  const outputs = target.kind === 'binary' ? 1 : (target.classes?.length ?? Math.max(...seen) + 1);
  const zeros = new Float64Array(seen.length * outputs);
  evaluation.add(zeros, Float64Array.from(seen), seen.length, outputs);
  return evaluation.result();
}
