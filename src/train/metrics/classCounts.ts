import type { Vector } from '../../types.ts';

/** How often each class has come, and what a constant prediction makes of that. */
export interface ClassCounts {
  readonly rows: number;
  add(y: Vector, n: number): void;
  /** Rows by class; a copy. */
  state(): readonly number[];
  merge(counts: readonly number[]): void;
  /** The share of the `k` most frequent classes. */
  majority(k?: number): number;
  /** The entropy of the classes in nats: the log loss of predicting their shares. */
  entropy(): number;
  /** The sum of the squares of the shares. */
  concentration(): number;
}

export function countClasses(): ClassCounts {
  const counts: number[] = [];
  let rows = 0;
  return {
    get rows() {
      return rows;
    },
    add(y, n) {
      for (let i = 0; i < n; i++) {
        while (counts.length <= y[i]) counts.push(0);
        counts[y[i]]++;
      }
      rows += n;
    },
    state: () => counts.slice(),
    merge(others) {
      others.forEach((count, k) => {
        while (counts.length <= k) counts.push(0);
        counts[k] += count;
        rows += count;
      });
    },
    majority(k = 1) {
      const most = counts.toSorted((a, b) => b - a).slice(0, k);
      return most.reduce((sum, count) => sum + count, 0) / rows;
    },
    entropy: () => counts.reduce((sum, count) => sum - (count && (count / rows) * Math.log(count / rows)), 0),
    concentration: () => counts.reduce((sum, count) => sum + (count / rows) ** 2, 0),
  };
}
