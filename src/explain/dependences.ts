import type { ModelRow } from '../model/encodeRow.ts';
import type { ModelColumn } from '../model/schema.ts';
import { outputNames, outputsOf } from './outputsOf.ts';
import type { Dependence, Explained, Sample } from './types.ts';

export interface DependenceOptions {
  /** Rows that the mean is taken over, at the most. */
  readonly rows: number;
  /** Single rows whose curves are kept. */
  readonly individual: number;
  /** Values of a column, at the most. */
  readonly values: number;
}

type GridValue = Dependence['values'][number];

/**
 * Partial dependence with individual curves: the prediction of rows of the sample, all else as it is, while one column takes one value after the
 * other. Lists of numbers are left out.
 *
 * @see Friedman 2001, doi:10.1214/aos/1013203451; Goldstein et al. 2015, doi:10.1080/10618600.2014.907095
 */
export function dependences(
  model: Explained,
  sample: Sample,
  columns: readonly string[],
  { rows: most, individual, values: mostValues }: DependenceOptions,
): readonly Dependence[] {
  const rows = sample.rows.slice(0, most);
  const names = outputNames(model);
  return columns.flatMap((name): Dependence[] => {
    const column = model.schema.columns.find((each) => each.name === name);
    if (!column || column.kind === 'list' || rows.length === 0) return [];
    const { values, counts } = gridOf(column, sample.rows, mostValues);
    if (values.length === 0) return [];
    const p = values.map((value) =>
      outputsOf(
        model,
        rows.map((row): ModelRow => ({ ...row, [name]: value })),
      ),
    );
    const curvesOf = (row: number) => (k: number) => p.map((each) => each[row * names.length + k]!);
    const mean = (k: number) =>
      p.map((each) => rows.reduce((sum, _, row) => sum + each[row * names.length + k]!, 0) / rows.length);
    const singles = Array.from({ length: Math.min(individual, rows.length) }, (_, row) => curvesOf(row));
    return [
      {
        column: name,
        kind: column.kind,
        values,
        rows: counts,
        mean: Object.fromEntries(names.map((output, k) => [output, mean(k)])),
        individual: Object.fromEntries(names.map((output, k) => [output, singles.map((curve) => curve(k))])),
      },
    ];
  });
}

/** The values of a column: of numbers quantiles, of others the most frequent ones; a missing one at the end, where rows have it. */
function gridOf({ name }: ModelColumn, rows: readonly ModelRow[], most: number) {
  const present = rows.map((row) => row[name] as GridValue).filter((value) => value !== null && value !== undefined);
  const missing = rows.length - present.length;
  const numbers = present.filter((value) => typeof value === 'number');
  const { values, counts } = numbers.length > 0 ? quantilesOf(numbers, most) : mostFrequent(present, most);
  return missing > 0 ? { values: [...values, null], counts: [...counts, missing] } : { values, counts };
}

function quantilesOf(numbers: readonly number[], most: number): { values: GridValue[]; counts: number[] } {
  const sorted = Float64Array.from(numbers).sort();
  const last = sorted.length - 1;
  const values = [
    ...new Set(Array.from({ length: most }, (_, i) => sorted[Math.round((i * last) / Math.max(1, most - 1))]!)),
  ];
  const counts = values.map(() => 0);
  let at = 0;
  for (const number of sorted) {
    while (at + 1 < values.length && Math.abs(values[at + 1]! - number) < Math.abs(values[at]! - number)) at++;
    counts[at]!++;
  }
  return { values, counts };
}

function mostFrequent(present: readonly GridValue[], most: number): { values: GridValue[]; counts: number[] } {
  const counts = new Map<GridValue, number>();
  for (const value of present) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]).slice(0, most);
  return { values: sorted.map(([value]) => value), counts: sorted.map(([, count]) => count) };
}
