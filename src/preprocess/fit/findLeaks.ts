/** Some rows of a table, column by column; NaN where a value is missing. */
export interface ColumnSample {
  readonly rows: number;
  /** Numbers, or the numbers of classes, from 0. */
  readonly target: Float64Array;
  readonly features: readonly SampledFeature[];
}

export interface SampledFeature {
  readonly name: string;
  /** `numbers` have an order, `categories` are the numbers of categories. */
  readonly kind: 'numbers' | 'categories';
  readonly values: Float64Array;
}

/** A feature from which alone the target can be told nearly always. */
export interface Leak {
  readonly feature: string;
  /** The share of the rows whose class it predicts; undefined for a regression, of which a ten-thousandth of the variance of its ranks is left. */
  readonly share?: number;
}

/** What may be left of the errors of the best constant answer. */
const CLASS_ERRORS = 0.01;
const RANK_VARIANCE = 1e-4;
/** Rows that say something: so many, and of other classes than the most frequent. */
const LEAST_ROWS = 50;
const LEAST_OTHERS = 20;
/** A category of fewer rows may tell its few by chance, as a number of their own would. */
const LEAST_OF_CATEGORY = 5;

/**
 * Finds features that give the target away: one category for each class, an interval of numbers for each class but one, or a number from
 * which the rank of the target follows. What a network would have to put together from several is no leak.
 */
export function findLeaks({ rows, target, features }: ColumnSample, task: 'classes' | 'numbers'): Leak[] {
  if (rows < LEAST_ROWS) return [];
  if (task === 'numbers') {
    const ranks = ranksOf(target);
    const variance = squares(ranks);
    // Of a few different numbers ranks say little.
    if (new Set(target).size < 10) return [];
    return features
      .filter(({ kind, values }) => {
        const left = kind === 'numbers' ? leftByOrder(values, ranks) : leftByCategory(values, ranks, variance / rows);
        return left <= RANK_VARIANCE * variance;
      })
      .map(({ name }) => ({ feature: name }));
  }
  const counts: number[] = [];
  for (const label of target) counts[label] = (counts[label] ?? 0) + 1;
  const perClass = Array.from(counts, (count = 0) => count);
  const others = rows - Math.max(...perClass);
  if (others < LEAST_OTHERS) return [];
  return features.flatMap(({ name, kind, values }) => {
    const errors =
      kind === 'numbers'
        ? errorsByInterval(values, target, perClass)
        : errorsByCategory(values, target, others / rows, perClass.length);
    return errors <= CLASS_ERRORS * others ? [{ feature: name, share: 1 - errors / rows }] : [];
  });
}

/** Rows that are told wrong where each class but one has the interval of numbers that suits it best, and perhaps those that are missing. */
function errorsByInterval(values: Float64Array, labels: Float64Array, counts: readonly number[]): number {
  const order = orderOf(values);
  const classes = counts.length;
  const best = new Float64Array(classes);
  const current = new Float64Array(classes);
  const end = new Float64Array(classes);
  const inGroup = new Float64Array(classes);
  let present = 0;
  while (present < order.length && !Number.isNaN(values[order[present]])) present++;
  forGroups(values, order.subarray(0, present), (from, to) => {
    for (let i = from; i < to; i++) inGroup[labels[order[i]]]++;
    for (let i = from; i < to; i++) {
      const label = labels[order[i]];
      const count = inGroup[label];
      if (count === 0) continue;
      inGroup[label] = 0;
      // The largest sum of an interval of 1 for each row of the class, -1 for each other one (Kadane 1984).
      current[label] = Math.max(current[label] - (from - end[label]), 0) + 2 * count - (to - from);
      best[label] = Math.max(best[label], current[label]);
      end[label] = to;
    }
  });
  for (let i = present; i < order.length; i++) inGroup[labels[order[i]]]++;
  const wrong = counts.map(
    (count, label) => count - best[label] - Math.max(0, 2 * inGroup[label] - (order.length - present)),
  );
  return wrong.reduce((sum, each) => sum + each, 0) - Math.max(...wrong);
}

/** Rows that are told wrong where each category has its most frequent class. */
function errorsByCategory(codes: Float64Array, labels: Float64Array, chance: number, classes: number): number {
  const order = orderOf(codes);
  const inGroup = new Float64Array(classes);
  let errors = 0;
  forGroups(codes, order, (from, to) => {
    let most = 0;
    for (let i = from; i < to; i++) most = Math.max(most, ++inGroup[labels[order[i]]]);
    for (let i = from; i < to; i++) inGroup[labels[order[i]]] = 0;
    errors += to - from < LEAST_OF_CATEGORY ? (to - from) * chance : to - from - most;
  });
  return errors;
}

/** The sum of squares that is left where a row is told by those of the same number, or else by its two neighbours. */
function leftByOrder(values: Float64Array, ranks: Float64Array): number {
  const order = orderOf(values);
  let left = 0;
  forGroups(values, order, (from, to) => {
    if (to - from > 1) {
      left += leftInGroup(ranks, order, from, to);
      return;
    }
    const before = from > 0 ? ranks[order[from - 1]] : ranks[order[to]];
    const after = to < order.length ? ranks[order[to]] : before;
    left += (ranks[order[from]] - (before + after) / 2) ** 2;
  });
  return left;
}

/** @param variance of one row, for those of rare categories */
function leftByCategory(codes: Float64Array, ranks: Float64Array, variance: number): number {
  const order = orderOf(codes);
  let left = 0;
  forGroups(codes, order, (from, to) => {
    left += to - from < LEAST_OF_CATEGORY ? (to - from) * variance : leftInGroup(ranks, order, from, to);
  });
  return left;
}

/** Each row told by the mean of the others. */
function leftInGroup(ranks: Float64Array, order: Uint32Array, from: number, to: number): number {
  const n = to - from;
  let sum = 0;
  for (let i = from; i < to; i++) sum += ranks[order[i]];
  let left = 0;
  for (let i = from; i < to; i++) left += (((ranks[order[i]] - sum / n) * n) / (n - 1)) ** 2;
  return left;
}

function forGroups(values: Float64Array, order: Uint32Array, visit: (from: number, to: number) => void): void {
  for (let from = 0, to = 0; from < order.length; from = to) {
    const value = values[order[from]];
    const isMissing = Number.isNaN(value);
    for (to = from + 1; to < order.length; to++) {
      const next = values[order[to]];
      if (next !== value && !(isMissing && Number.isNaN(next))) break;
    }
    visit(from, to);
  }
}

/** The rows by their values, missing ones last. */
function orderOf(values: Float64Array): Uint32Array {
  const order = new Uint32Array(values.length);
  let present = 0;
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row])) order[present++] = row;
  order.subarray(0, present).sort((a, b) => values[a] - values[b] || a - b);
  for (let row = 0, at = present; row < values.length; row++) if (Number.isNaN(values[row])) order[at++] = row;
  return order;
}

/** About 0; equal numbers share the mean of their ranks. */
function ranksOf(values: Float64Array): Float64Array {
  const order = orderOf(values);
  const ranks = new Float64Array(values.length);
  forGroups(values, order, (from, to) => {
    for (let i = from; i < to; i++) ranks[order[i]] = (from + to - values.length) / 2;
  });
  return ranks;
}

function squares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value ** 2, 0);
}
