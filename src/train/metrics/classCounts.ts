import type { Vector } from '../../types.ts';

/** How often each class has come, and what a constant prediction makes of that. */
export interface ClassCounts {
  readonly rows: number;
  add(y: Vector, n: number): void;
  /** The share of the most frequent class. */
  majority(): number;
  /** The entropy of the classes in nats: the log loss of predicting their shares. */
  entropy(): number;
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
    majority: () => Math.max(...counts) / rows,
    entropy: () => counts.reduce((sum, count) => sum - (count && (count / rows) * Math.log(count / rows)), 0),
  };
}
