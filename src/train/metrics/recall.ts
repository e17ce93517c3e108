import type { ConfusionCounts } from './confusionMatrix.ts';
import { type AverageOptions, confusionMetric } from './confusionMetric.ts';
import type { Metric } from './types.ts';

/**
 * The share of the rows of a class that are predicted to be: of class 1 for a binary target, the mean over the classes for more.
 *
 * Baseline: the best of always the same class; 1 for a binary target, where it is always class 1.
 *
 * Convention: as sklearn.metrics.recall_score, average 'binary' or 'macro'.
 * @example
 * ```ts
 * const metric = recall().begin();
 * metric.add(Float64Array.of(0.9, 0.2, 0.6), Float64Array.of(1, 1, 0), 3, 1);
 * metric.result(); //=> 0.5
 * ```
 */
export function recall(options?: AverageOptions): Metric<ConfusionCounts> {
  return confusionMetric('recall', ({ hits, there }) => hits / there, options);
}
