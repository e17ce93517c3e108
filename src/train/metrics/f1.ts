import type { ConfusionCounts } from './confusionMatrix.ts';
import { type AverageOptions, confusionMetric } from './confusionMetric.ts';
import type { Metric } from './types.ts';

/**
 * The harmonic mean of precision and recall: of class 1 for a binary target, the mean over the classes for more.
 *
 *   F1 = 2 hits / (predicted + there)
 *
 * Baseline: the best of always the same class.
 *
 * Convention: as sklearn.metrics.f1_score, average 'binary' or 'macro'.
 * @example
 * ```ts
 * const metric = f1().begin();
 * metric.add(Float64Array.of(0.9, 0.2, 0.6), Float64Array.of(1, 1, 0), 3, 1);
 * metric.result(); //=> 0.5
 * ```
 */
export function f1(options?: AverageOptions): Metric<ConfusionCounts> {
  return confusionMetric('f1', ({ hits, predicted, there }) => (2 * hits) / (predicted + there), options);
}
