import type { PreprocessorTarget } from '../preprocess/encode/preprocessor.ts';
import type { Category } from '../source/column/categoryTable.ts';
import type { Prediction } from './predictions.ts';

/** A column of predictions. */
export interface PredictionColumn {
  readonly name: string;
  readonly values: readonly Category[];
}

/** Predictions of rows as columns, under the names that the model's schema gives its outputs. */
export function columnsOfPredictions(
  { kind }: PreprocessorTarget,
  predictions: readonly Prediction[],
  names: readonly string[],
): readonly PredictionColumn[] {
  const predicted = { name: 'predicted', values: predictions.map((each) => each.predicted) };
  if (kind === 'regression') return [predicted];
  if (kind === 'binary') {
    return [
      predicted,
      { name: 'probability', values: predictions.map(({ probability }) => probability ?? Number.NaN) },
    ];
  }
  const probabilities = names.slice(1).map((name) => {
    const ofClass = name.slice('probability_'.length);
    return { name, values: predictions.map(({ probabilities = {} }) => probabilities[ofClass] ?? Number.NaN) };
  });
  return [predicted, ...probabilities];
}
