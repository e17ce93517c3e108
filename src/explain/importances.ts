import { keyed, randomKey } from '../engine/random.ts';
import type { ModelRow } from '../model/encodeRow.ts';
import type { Metric } from '../train/metrics/types.ts';
import { outputsOf, score } from './outputsOf.ts';
import type { Estimate, Explained, Importance, Sample } from './types.ts';

export interface ImportanceOptions {
  readonly metric: Metric;
  /** Columns that are dealt together; each other column is one of its own. */
  readonly groups: readonly (readonly string[])[];
  readonly repeats: number;
  readonly seed: number;
}

/**
 * Permutation importance: what the metric loses when the values of a column are dealt to other rows, so that they tell nothing any more. The raw
 * columns are dealt, before derivation and encoding: a date or a category moves as one.
 *
 * @returns the greatest loss first
 * @see Breiman 2001, Random forests, doi:10.1023/A:1010933404324
 */
export function importances(model: Explained, sample: Sample, options: ImportanceOptions): readonly Importance[] {
  const { metric, groups, repeats, seed } = options;
  const { rows, y } = sample;
  const scoreOf = (of: readonly ModelRow[]) => score(metric, outputsOf(model, of), y, model.threshold);
  const whole = scoreOf(rows);
  const grouped = groups.flat();
  const singles = model.schema.columns.map(({ name }) => name).filter((name) => !grouped.includes(name));
  const sign = metric.better === 'higher' ? 1 : -1;
  return [...groups, ...singles.map((name) => [name])]
    .map((columns, group): Importance => {
      const scores = Array.from({ length: repeats }, (_, repeat) => {
        const order = permutation(rows.length, seed, group, repeat);
        return scoreOf(rows.map((row, i) => ({ ...row, ...pick(rows[order[i]!]!, columns) })));
      });
      return { columns, repeats: scores, loss: estimate(scores.map((each) => sign * (whole - each))) };
    })
    .sort((a, b) => b.loss.mean - a.loss.mean);
}

/** The numbers from 0 to n - 1 in an order that seed and path decide. */
export function permutation(n: number, seed: number, ...path: readonly number[]): Uint32Array {
  const key = randomKey(seed, 'data', 2, ...path);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor((keyed(key, i) / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function pick(row: ModelRow, columns: readonly string[]): ModelRow {
  return Object.fromEntries(columns.map((name) => [name, row[name]]));
}

/** Two-sided 95 % quantiles of Student's t, by degrees of freedom from 1. */
const quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** The mean of repeats, and the interval that they give it; of one alone there is none. */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = (quantiles[n - 2] ?? 1.96) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
}
