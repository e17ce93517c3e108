import type { ColumnFacts } from './inspectColumn.ts';

/** Two columns of numbers from which the target is computed. */
export interface Computed {
  readonly columns: readonly [string, string];
  /** `a + b`, for people. */
  readonly formula: string;
}

/** Columns whose pairs are tried, at the most. */
const MOST_COLUMNS = 100;
const LEAST_ROWS = 50;
/** The share of rows that may differ, as by a correction. */
const WRONG = 0.001;

const operations: readonly (readonly [string, (a: number, b: number) => number])[] = [
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
];

/** Finds pairs of columns of numbers whose sum, difference, product or quotient the target is: who knows both knows the target. */
export function computedTarget(target: ColumnFacts, features: readonly ColumnFacts[]): Computed[] {
  const labels = target.values;
  const rows = labels.filter((label) => typeof label === 'number').length;
  if (rows < LEAST_ROWS || target.different < 10) return [];
  const columns = features.filter(({ kind }) => kind === 'integers' || kind === 'numbers').slice(0, MOST_COLUMNS);
  const found: Computed[] = [];
  for (const a of columns) {
    for (const b of columns) {
      if (a === b) continue;
      for (const [sign, compute] of operations) {
        // Of a + b and a * b one order is enough.
        if ((sign === '+' || sign === '*') && columns.indexOf(a) > columns.indexOf(b)) continue;
        // What has one value for most rows adds nothing: then the other one tells the target alone.
        if (isComputed(a.values, b.values, labels, compute, WRONG * rows)) {
          found.push({ columns: [a.name, b.name], formula: `${a.name} ${sign} ${b.name}` });
        }
      }
    }
  }
  return found;
}

function isComputed(
  a: ColumnFacts['values'],
  b: ColumnFacts['values'],
  labels: ColumnFacts['values'],
  compute: (a: number, b: number) => number,
  most: number,
): boolean {
  let [wrong, right] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    const [x, y, label] = [a[row], b[row], labels[row]];
    if (typeof label !== 'number' || typeof x !== 'number' || typeof y !== 'number') continue;
    const value = compute(x, y);
    if (Math.abs(value - label) <= 1e-6 * Math.max(1e-9, Math.abs(label))) right++;
    else if (++wrong > most) return false;
  }
  return right >= LEAST_ROWS;
}
