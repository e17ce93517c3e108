import type { Evaluation } from '../../train/metrics/createEvaluation.ts';
import type { SlicedScores } from '../types.ts';
import type { Predicted, ScoringModel } from './scoringModel.ts';
import type { SlicedRows } from './sliceRows.ts';

/** The values with the most rows are slices of their own. */
const mostSlices = 50;
/** Values that are told apart while rows are read; what comes after joins the others. */
const mostValues = 500;
/** The slice of all other values. */
export const otherValues = '(others)';

/** Scores of models on the slices by one column, each on the same rows. */
export interface SliceScores {
  /** Takes in the rows of a record batch, as each model predicts them. */
  add(rows: SlicedRows, predicted: readonly Predicted[]): void;
  /** By model, then by value. */
  results(): SlicedScores['slices'][string][];
}

/** @param only the metrics that are wanted; all where undefined */
export function createSliceScores(models: readonly ScoringModel[], only?: readonly string[]): SliceScores {
  const begin = () => models.map((model) => model.evaluation(only));
  const byValue = new Map<string, { rows: number; readonly evaluations: readonly Evaluation[] }>();

  function sliceOf(value: string) {
    const name = byValue.has(value) || byValue.size < mostValues ? value : otherValues;
    const known = byValue.get(name) ?? { rows: 0, evaluations: begin() };
    byValue.set(name, known);
    return known;
  }

  return {
    add({ order, groups }, predicted) {
      const sorted = predicted.map(({ output, y, n }, i) => ({
        output: permuted(output, order, models[i].outputs),
        y: permuted(y, order, 1),
        outputs: models[i].outputs,
        n,
      }));
      for (const { value, begin: from, end } of groups) {
        const slice = sliceOf(value);
        slice.rows += end - from;
        for (const [i, { output, y, outputs }] of sorted.entries()) {
          const part = output.subarray(from * outputs, end * outputs);
          slice.evaluations[i].add(part, y.subarray(from, end), end - from, outputs);
        }
      }
    },
    results() {
      const others = byValue.get(otherValues) ?? { rows: 0, evaluations: begin() };
      byValue.delete(otherValues);
      // Most rows first; of equally many the lesser value, so that the same rows give the same slices.
      const ranked = [...byValue].sort(([a, x], [b, y]) => y.rows - x.rows || (a < b ? -1 : 1));
      for (const [, { rows, evaluations }] of ranked.slice(mostSlices)) {
        others.rows += rows;
        for (const [i, evaluation] of evaluations.entries()) others.evaluations[i].merge(evaluation.state());
      }
      const all = [...ranked.slice(0, mostSlices), ...(others.rows > 0 ? [[otherValues, others] as const] : [])];
      return models.map((_, i) =>
        Object.fromEntries(
          all.map(([value, { rows, evaluations }]) => [value, { rows, metrics: evaluations[i].result().metrics }]),
        ),
      );
    },
  };
}

function permuted(values: Float64Array, order: Uint32Array, stride: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0, at = 0; i < order.length; i++) {
    for (let k = order[i] * stride, end = k + stride; k < end; k++) out[at++] = values[k];
  }
  return out;
}
