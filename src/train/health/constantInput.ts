import type { MiniBatch } from '../../batch/types.ts';
import type { RowLayout } from '../../preprocess/types.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What was seen of the inputs; plain JSON. */
export interface InputWatchState {
  readonly rows: number;
  /** Of the first row, until another one differs: its numbers, and its codes. */
  readonly first: readonly number[] | null;
  readonly varies: boolean;
}

/** Looks whether rows differ in anything that the network sees. */
export interface InputWatch {
  look(batch: Pick<MiniBatch, 'x' | 'codes' | 'n'>): void;
  examine(): Diagnosis | undefined;
  /** Whether rows were seen to differ. */
  readonly varies: boolean;
  snapshot(): InputWatchState;
  restore(state: InputWatchState): void;
}

const LEAST_ROWS = 200;

/** @param layout without it, nothing is looked at */
export function createInputWatch(layout: RowLayout | undefined): InputWatch {
  const width = layout?.width ?? 0;
  const columns = (layout?.fields ?? []).flatMap((field) => {
    const count = field.kind === 'numbers' ? field.count : field.kind === 'oneHot' ? field.size : 0;
    return Array.from({ length: count }, (_, k) => ('column' in field ? field.column + k : 0));
  });
  let state: InputWatchState = { rows: 0, first: null, varies: layout === undefined };

  return {
    look({ x, codes, n }) {
      if (state.varies || n === 0) return;
      const at = (i: number, k: number) =>
        k < columns.length ? x[i * width + columns[k]] : codes[k - columns.length][i];
      const length = columns.length + codes.length;
      const first = state.first ?? Array.from({ length }, (_, k) => at(0, k));
      const differs = (i: number) => first.some((value, k) => at(i, k) !== value);
      const varies = Array.from({ length: n }, (_, i) => i).some(differs);
      state = { rows: state.rows + n, first: varies ? null : first, varies };
    },
    get varies() {
      return state.varies;
    },
    examine() {
      const { rows, varies } = state;
      if (varies || rows < LEAST_ROWS) return undefined;
      return {
        problem: 'constantInput',
        measured: 1,
        expected: 'rows that differ',
        message: `all of ${rows} rows have the same features: there is nothing to tell them apart by`,
        advice: 'Look at the columns of the features: whether they are empty, and what replaces missing values',
        explains: [
          'copiedUnits',
          'vanishingGradient',
          'explodingGradient',
          'smallInitialWeights',
          'deadUnits',
          'shrinkingActivations',
          'growingActivations',
          'learningRateTooLow',
          'zeroGradient',
          'smallUpdates',
        ],
      };
    },
    snapshot: () => state,
    restore(saved) {
      state = saved;
    },
  };
}
