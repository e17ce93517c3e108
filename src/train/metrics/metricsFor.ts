import { type Bound, listOf, made } from '../../options/bounds.ts';
import { accuracy } from './accuracy.ts';
import { brier } from './brier.ts';
import { calibrationError } from './calibrationError.ts';
import { f1 } from './f1.ts';
import { logLoss } from './logLoss.ts';
import { mae } from './mae.ts';
import { prAuc } from './prAuc.ts';
import { precision } from './precision.ts';
import { recall } from './recall.ts';
import { rocAuc } from './rocAuc.ts';
import { mse, r2, rmse } from './squaredError.ts';
import { topK } from './topK.ts';
import type { Metric, Task } from './types.ts';

/** The metrics that a target of each kind is scored by, by their names. */
const metricsOf = {
  binary: {
    auc: rocAuc(),
    prAuc: prAuc(),
    accuracy: accuracy(),
    precision: precision(),
    recall: recall(),
    f1: f1(),
    logLoss: logLoss(),
    brier: brier(),
    calibrationError: calibrationError(),
  },
  classes: { accuracy: accuracy(), top3: topK(3), macroF1: f1({ average: 'macro' }), logLoss: logLoss() },
  regression: { mse: mse(), rmse: rmse(), mae: mae(), r2: r2() },
} satisfies Record<Task, Record<string, Metric>>;

/** Metrics as they are declared. */
export const metricsBound: Bound<readonly Metric[]> = listOf('metrics', made<Metric>('a metric, as topK(5)', 'begin'));

type KeysOf<T> = T extends T ? keyof T : never;

/** The name of a metric that targets are scored by without being asked, whatever the target. */
export type MetricName = KeysOf<(typeof metricsOf)[Task]>;

/**
 * The metrics that a target is scored by.
 *
 * @param own those of the pipeline
 */
export function metricsFor(kind: Task, own: readonly Metric[] = []): readonly Metric[] {
  return [...Object.values<Metric>(metricsOf[kind]), ...own];
}

/**
 * The names of the metrics that a target is scored by.
 *
 * @param own those of the pipeline
 * @example metricNames('regression') //=> ['mse', 'rmse', 'mae', 'r2']
 */
export function metricNames(kind: Task, own: readonly Metric[] = []): readonly string[] {
  return metricsFor(kind, own).map(({ name }) => name);
}

/** Those that some kind of target is scored by, each once. */
export const builtInMetrics: readonly Metric[] = Object.values<Metric>({
  ...metricsOf.binary,
  ...metricsOf.classes,
  ...metricsOf.regression,
});
