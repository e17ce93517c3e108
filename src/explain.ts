/**
 * Why a model predicts what it predicts: `millrace/explain`.
 *
 * @packageDocumentation
 */

export type { CorrelatedPair } from './explain/correlated.ts';
export { type ExplainOptions, type Explanation, explain } from './explain/explainModel.ts';
export type { BinaryGoodness, Point, Residuals, ThresholdRow } from './explain/goodness.ts';
export {
  type FeatureEffect,
  type GradientExplanation,
  type IntegratedGradientsOptions,
  integratedGradients,
} from './explain/integratedGradients.ts';
export type { Score } from './explain/scores.ts';
export { type RowExplanation, type ShapleyOptions, shapley } from './explain/shapley.ts';
export type { Slice } from './explain/slices.ts';
export type { Dependence, Estimate, Explained, Importance } from './explain/types.ts';
