import type { MiniBatch } from '../../batch/types.ts';
import type { RowLayout } from '../../preprocess/types.ts';
import { FAR, type FeatureCounts } from './featureRange.ts';

/** What was seen of the features since the last examination; plain JSON. */
export interface FeatureWatchState {
  readonly rows: number;
  /** Rows in which each column of numbers was far out, and the largest in it. */
  readonly far: readonly number[];
  readonly largest: readonly number[];
}

/** Counts how far out features lie. */
export interface FeatureWatch {
  look(batch: Pick<MiniBatch, 'x' | 'n'>): void;
  /** What was counted since the last time. */
  take(): readonly FeatureCounts[];
  snapshot(): FeatureWatchState;
  restore(state: FeatureWatchState): void;
}

/** As many rows tell of a feature; looking at more would cost time where there are many features. */
const ROWS = 512;

/** @param layout names the features; without, none is looked at */
export function createFeatureWatch(layout: RowLayout | undefined): FeatureWatch {
  const fields = (layout?.fields ?? []).filter((field) => field.kind === 'numbers');
  const columns = Int32Array.from(
    fields.flatMap(({ column, count }) => Array.from({ length: count }, (_, i) => column + i)),
  );
  const width = layout?.width ?? 0;
  const far = new Int32Array(columns.length);
  const largest = new Float64Array(columns.length);
  let rows = 0;

  return {
    look({ x, n }) {
      if (columns.length === 0) return;
      const looked = Math.min(n, ROWS - rows);
      for (let k = 0; k < columns.length; k++) {
        let [count, most] = [0, largest[k]];
        for (let i = 0, at = columns[k]; i < looked; i++, at += width) {
          const size = Math.abs(x[at]);
          if (size > FAR) count++;
          if (size > most) most = size;
        }
        far[k] += count;
        largest[k] = most;
      }
      rows += looked;
    },
    take() {
      let end = 0;
      const counts = fields.map(({ name: feature, count }) => {
        const begin = end;
        end += count;
        return { feature, far: mostOf(far.subarray(begin, end)), largest: mostOf(largest.subarray(begin, end)), rows };
      });
      rows = 0;
      far.fill(0);
      largest.fill(0);
      return counts;
    },
    snapshot: () => ({ rows, far: [...far], largest: [...largest] }),
    restore(state) {
      rows = state.rows;
      far.set(state.far);
      largest.set(state.largest);
    },
  };
}

function mostOf(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  return most;
}
