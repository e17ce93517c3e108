import { keyed, randomKey } from '../engine/random.ts';
import type { Metric } from '../train/metrics/types.ts';
import { scoreOf } from './outputsOf.ts';
import type { Sample } from './types.ts';

/** The metric on the rows that have one value of a column, or a number in one quarter of it. */
export interface Slice {
  readonly column: string;
  /** The value, or the quarter: `1 to 7`. */
  readonly value: string;
  readonly rows: number;
  readonly metric: number;
  /** The ends of the interval that the bootstrap gives in 90 of 100 cases. */
  readonly low: number;
  readonly high: number;
}

export interface SliceOptions {
  readonly metric: Metric;
  readonly columns: readonly string[];
  /** The columns of times, in milliseconds since 1970 UTC. */
  readonly times: readonly string[];
  readonly threshold: number;
  /** Slices of fewer rows are left out: their metric is mostly chance. */
  readonly leastRows: number;
  readonly seed: number;
}

const REPEATS = 60;

/**
 * The metric on parts of the rows, the worst first.
 *
 * @param p what the model gives, `[n, outputs]`
 */
export function slicesOf(sample: Sample, p: Float64Array, options: SliceOptions): readonly Slice[] {
  const { metric, columns, times, threshold, leastRows, seed } = options;
  const sign = metric.better === 'higher' ? 1 : -1;
  return columns
    .flatMap((column) =>
      [...partsOf(sample, column, times.includes(column))].map(([value, rows]) => ({ column, value, rows })),
    )
    .flatMap(({ column, value, rows }, number): Slice[] => {
      if (rows.length < leastRows) return [];
      const of = (chosen: ArrayLike<number>) => scoreOf(metric, sample, p, chosen, threshold);
      const whole = of(rows);
      if (!Number.isFinite(whole)) return [];
      const drawn = Array.from({ length: REPEATS }, (_, repeat) => {
        const key = randomKey(seed, 'data', 3, number, repeat);
        return of(rows.map((_, i) => rows[Math.floor((keyed(key, i) / 2 ** 32) * rows.length)]!));
      })
        .filter(Number.isFinite)
        .sort((a, b) => a - b);
      const at = (share: number) => drawn[Math.round(share * (drawn.length - 1))] ?? Number.NaN;
      return [{ column, value, rows: rows.length, metric: whole, low: at(0.05), high: at(0.95) }];
    })
    .sort((a, b) => sign * (a.metric - b.metric));
}

/** Rows by the value of a column; numbers by quarters. Missing values are a part of their own. */
function partsOf({ rows }: Sample, column: string, isTime: boolean): ReadonlyMap<string, number[]> {
  const numbers = rows.map((row) => row[column]).filter((value) => typeof value === 'number');
  const cuts = numbers.length > 0 && new Set(numbers).size > 8 ? quarters(numbers) : undefined;
  const parts = new Map<string, number[]>();
  for (const [i, row] of rows.entries()) {
    const value = row[column];
    const name =
      cuts && typeof value === 'number' ? quarterName(cuts, value, isTime) : value === null ? 'missing' : `${value}`;
    const part = parts.get(name);
    if (part) part.push(i);
    else parts.set(name, [i]);
  }
  return parts;
}

function quarters(numbers: readonly number[]): readonly number[] {
  const sorted = Float64Array.from(numbers).sort();
  return [...new Set([0, 0.25, 0.5, 0.75, 1].map((share) => sorted[Math.round(share * (sorted.length - 1))]!))];
}

function quarterName(cuts: readonly number[], value: number, isTime: boolean): string {
  const at = cuts.findIndex((cut, i) => i > 0 && value <= cut);
  const high = at < 0 ? cuts.length - 1 : at;
  const shown = (cut: number) => (isTime ? new Date(cut).toISOString().slice(0, 10) : `${Number(cut.toPrecision(4))}`);
  return `${shown(cuts[high - 1]!)} to ${shown(cuts[high]!)}`;
}
