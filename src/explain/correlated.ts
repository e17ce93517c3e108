import type { Sample } from './types.ts';

/** Two columns that tell much the same. */
export interface CorrelatedPair {
  readonly columns: readonly [string, string];
  /** Spearman's rank correlation of two numbers; Cramér's V of two categories. */
  readonly strength: number;
}

/** From this on, a pair is named. */
const STRONG = 0.8;
/** Categories of a column that are told apart; the others are one. */
const MOST_VALUES = 50;

/**
 * Columns that stand in for each other: dealing one of them alone to other rows costs little, since the other still tells. Numbers are compared
 * with numbers, categories with categories; times and numbers are numbers.
 */
export function correlatedPairs(sample: Sample, columns: readonly string[]): readonly CorrelatedPair[] {
  const numbers = new Map<string, Float64Array>();
  const categories = new Map<string, Int32Array>();
  for (const name of columns) {
    const values = sample.rows.map((row) => row[name]);
    if (values.some((value) => typeof value === 'number')) numbers.set(name, ranks(values));
    else if (values.some((value) => typeof value === 'string' || typeof value === 'boolean'))
      categories.set(name, codes(values));
  }
  return [...pairsOf(numbers, pearson), ...pairsOf(categories, cramer)]
    .filter(({ strength }) => Math.abs(strength) >= STRONG)
    .sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength));
}

function pairsOf<T>(all: ReadonlyMap<string, T>, strength: (a: T, b: T) => number): CorrelatedPair[] {
  const entries = [...all];
  return entries.flatMap(([name, a], i) =>
    entries.slice(i + 1).map(([other, b]) => ({ columns: [name, other] as const, strength: strength(a, b) })),
  );
}

/** Ranks, ties by their mean; of what is no number NaN. */
function ranks(values: readonly unknown[]): Float64Array {
  const found = new Float64Array(values.length).fill(Number.NaN);
  const order = [...values.keys()]
    .filter((i) => typeof values[i] === 'number')
    .sort((a, b) => Number(values[a]) - Number(values[b]));
  for (let i = 0; i < order.length; ) {
    let end = i;
    while (end < order.length && values[order[end]!] === values[order[i]!]) end++;
    for (let k = i; k < end; k++) found[order[k]!] = (i + end - 1) / 2;
    i = end;
  }
  return found;
}

function pearson(a: Float64Array, b: Float64Array): number {
  let [n, sumA, sumB] = [0, 0, 0];
  const both = (i: number) => !Number.isNaN(a[i]!) && !Number.isNaN(b[i]!);
  for (let i = 0; i < a.length; i++) {
    if (!both(i)) continue;
    n++;
    sumA += a[i]!;
    sumB += b[i]!;
  }
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (!both(i)) continue;
    const [x, y] = [a[i]! - sumA / n, b[i]! - sumB / n];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

function codes(values: readonly unknown[]): Int32Array {
  const counts = new Map<unknown, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const frequent = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_VALUES);
  const codeOf = new Map(frequent.map(([value], i) => [value, i]));
  return Int32Array.from(values, (value) => codeOf.get(value) ?? MOST_VALUES);
}

/** Cramér's V, corrected for chance (Bergsma 2013), so that many rare categories do not look related. */
function cramer(a: Int32Array, b: Int32Array): number {
  const n = a.length;
  const cells = new Map<number, number>();
  const [rows, columns] = [new Map<number, number>(), new Map<number, number>()];
  for (let i = 0; i < n; i++) {
    const key = a[i]! * (MOST_VALUES + 1) + b[i]!;
    cells.set(key, (cells.get(key) ?? 0) + 1);
    rows.set(a[i]!, (rows.get(a[i]!) ?? 0) + 1);
    columns.set(b[i]!, (columns.get(b[i]!) ?? 0) + 1);
  }
  let chi = -n;
  for (const [key, count] of cells) {
    const [row, column] = [Math.floor(key / (MOST_VALUES + 1)), key % (MOST_VALUES + 1)];
    chi += (n * count * count) / (rows.get(row)! * columns.get(column)!);
  }
  const [r, c] = [rows.size, columns.size];
  if (r < 2 || c < 2 || n < 2) return 0;
  const phi = Math.max(0, chi / n - ((r - 1) * (c - 1)) / (n - 1));
  const [rowsLeft, columnsLeft] = [r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)];
  return Math.sqrt(phi / Math.max(1e-12, Math.min(rowsLeft, columnsLeft) - 1));
}
