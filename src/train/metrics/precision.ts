import type { ConfusionCounts } from './confusionMatrix.ts';
import { type AverageOptions, confusionMetric } from './confusionMetric.ts';
import type { Metric } from './types.ts';

/**
 * The share of the rows predicted to be of a class that are: of class 1 for a binary target, the mean over the classes for more.
 * 0 for a class that is never predicted.
 *
 * Baseline: the best of always the same class.
 *
 * Convention: as sklearn.metrics.precision_score, average 'binary' or 'macro'.
 * @example
 * ```ts
 * const metric = precision().begin();
 * metric.add(Float64Array.of(0.9, 0.2, 0.6), Float64Array.of(1, 1, 0), 3, 1);
 * metric.result(); //=> 0.5
 * ```
 */
export function precision(options?: AverageOptions): Metric<ConfusionCounts> {
  return confusionMetric('precision', ({ hits, predicted }) => hits / predicted, options);
}
