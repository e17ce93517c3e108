import type { Vector } from '../../engine/types.ts';

/** How often each class has come, and what a constant prediction makes of that. */
export interface ClassCounts {
  readonly rows: number;
  add(y: Vector, n: number): void;
  /** Rows by class; a copy. */
  state(): readonly number[];
  merge(counts: readonly number[]): void;
  /** The `k` most frequent classes, most rows first; of equally many the first classes. */
  most(k?: number): readonly number[];
  /** Their share of the rows. */
  majority(k?: number): number;
  /** The share of each class. */
  shares(): readonly number[];
  /** The entropy of the classes in nats: the log loss of predicting their shares. */
  entropy(): number;
  /** The sum of the squares of the shares. */
  concentration(): number;
}

export function countClasses(): ClassCounts {
  const counts: number[] = [];
  let rows = 0;
  const most = (k = 1) => [...counts.keys()].sort((a, b) => counts[b] - counts[a]).slice(0, k);
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
    most,
    majority: (k) => most(k).reduce((sum, number) => sum + counts[number], 0) / rows,
    shares: () => counts.map((count) => count / rows),
    entropy: () => counts.reduce((sum, count) => sum - (count && (count / rows) * Math.log(count / rows)), 0),
    concentration: () => counts.reduce((sum, count) => sum + (count / rows) ** 2, 0),
  };
}
