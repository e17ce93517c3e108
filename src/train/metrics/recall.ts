import type { ConfusionCounts } from './confusionMatrix.ts';
import { type AverageOptions, confusionMetric } from './confusionMetric.ts';
import type { Metric } from './metric.ts';

/**
 * The share of the rows of a class that are predicted to be: of class 1 for a binary target, the mean over the classes for more.
 *
 * Baseline: the best of always the same class; 1 for a binary target, where it is always class 1.
 *
 * Convention: as sklearn.metrics.recall_score, average 'binary' or 'macro'.
 */
export function recall(options?: AverageOptions): Metric<ConfusionCounts> {
  return confusionMetric(({ hits, there }) => hits / there, options);
}
