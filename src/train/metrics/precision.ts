import type { ConfusionCounts } from './confusionMatrix.ts';
import { type AverageOptions, confusionMetric } from './confusionMetric.ts';
import type { Metric } from './metric.ts';

/**
 * The share of the rows predicted to be of a class that are: of class 1 for a binary target, the mean over the classes for more.
 * 0 for a class that is never predicted.
 *
 * Baseline: the best of always the same class.
 *
 * Convention: as sklearn.metrics.precision_score, average 'binary' or 'macro'.
 */
export function precision(options?: AverageOptions): Metric<ConfusionCounts> {
  return confusionMetric(({ hits, predicted }) => hits / predicted, options);
}
