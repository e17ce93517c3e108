import { columnsOfPredictions } from '../model/columnsOfPredictions.ts';
import type { ModelRow } from '../model/encodeRow.ts';
import { metricsFor } from '../train/metrics/metricsFor.ts';
import type { Metric } from '../train/metrics/types.ts';
import type { Explained, Sample } from './types.ts';

/** Rows that are predicted for at once. */
const ROWS = 4096;

/** The outputs that are explained: the probability, that of each class, or the number. */
export function outputNames({ schema }: Explained): readonly string[] {
  const { outputs, target } = schema;
  return target.kind === 'regression' ? outputs : outputs.slice(1);
}

/** What the model gives for rows, `[n, outputs]`: probabilities, or numbers in the target's unit. */
export function outputsOf(model: Explained, rows: readonly ModelRow[]): Float64Array {
  const names = outputNames(model);
  const { target, outputs } = model.schema;
  const p = new Float64Array(rows.length * names.length);
  for (let begin = 0; begin < rows.length; begin += ROWS) {
    const predictions = model.predictRows(rows.slice(begin, begin + ROWS));
    const columns = columnsOfPredictions(target, predictions, outputs).slice(target.kind === 'regression' ? 0 : 1);
    for (const [k, { values }] of columns.entries()) {
      for (const [i, value] of values.entries()) p[(begin + i) * names.length + k] = Number(value);
    }
  }
  return p;
}

/** A metric by its name, or the first of the target's kind; of own ones those that are given. */
export function metricNamed(
  { schema }: Explained,
  name: string | undefined,
  own: readonly Metric[],
): Metric | undefined {
  const all = metricsFor(schema.target.kind, own);
  return name === undefined ? all[0] : all.find((metric) => metric.name === name);
}

/** The metric of predictions `p [n, outputs]`. */
export function score(metric: Metric, p: Float64Array, y: Float64Array, threshold: number): number {
  const running = metric.begin((make) => make(threshold) as never);
  running.add(p, y, y.length, p.length / Math.max(1, y.length));
  return running.result();
}

/** The metric of some rows of a sample, each as often as it is named. */
export function scoreOf(
  metric: Metric,
  { y }: Sample,
  p: Float64Array,
  rows: ArrayLike<number>,
  threshold: number,
): number {
  const outputs = p.length / y.length;
  const chosen = new Float64Array(rows.length * outputs);
  const labels = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    labels[i] = y[rows[i]!]!;
    for (let k = 0; k < outputs; k++) chosen[i * outputs + k] = p[rows[i]! * outputs + k]!;
  }
  return score(metric, chosen, labels, threshold);
}
