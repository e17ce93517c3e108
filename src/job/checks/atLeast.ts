import type { MetricName } from '../../train/metrics/metricsFor.ts';
import type { Metric } from '../../train/metrics/types.ts';
import type { Check } from '../types.ts';
import { metricLimit } from './metricLimit.ts';

/**
 * The candidate must reach a number, whatever the champion does.
 *
 * @param metric one of which more is better: `auc`, `accuracy`, `r2`, or one of your own
 * @throws OptionError where there is no such metric, less of it is better, or the value is no finite number
 * @example atLeast('auc', 0.68).judge({ rows: 9, metrics: { auc: 0.7 }, slices: {} }, undefined).reason //=> 'auc is 0.7, at least 0.68'
 */
export function atLeast(metric: MetricName | Metric, value: number): Check {
  return metricLimit('atLeast', metric, value);
}
