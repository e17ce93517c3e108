import type { ConfusionCounts } from './confusionMatrix.ts';
import { type AverageOptions, confusionMetric } from './confusionMetric.ts';
import type { Metric } from './metric.ts';

/**
 * The harmonic mean of precision and recall: of class 1 for a binary target, the mean over the classes for more.
 *
 *   F1 = 2 hits / (predicted + there)
 *
 * Baseline: the best of always the same class.
 *
 * Convention: as sklearn.metrics.f1_score, average 'binary' or 'macro'.
 */
export function f1(options?: AverageOptions): Metric<ConfusionCounts> {
  return confusionMetric(({ hits, predicted, there }) => (2 * hits) / (predicted + there), options);
}
