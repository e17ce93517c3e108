import type { MetricName } from '../../train/metrics/metricsFor.ts';
import type { Metric } from '../../train/metrics/types.ts';
import type { Check } from '../types.ts';
import { metricLimit } from './metricLimit.ts';

/**
 * The candidate must stay below a number, or at it, whatever the champion does.
 *
 * @param metric one of which less is better: `rmse`, `logLoss`, `calibrationError`, or one of your own
 * @throws OptionError where there is no such metric, more of it is better, or the value is no finite number
 * @example atMost('rmse', 3).judge({ rows: 9, metrics: { rmse: 3.5 }, slices: {} }, undefined).reason //=> 'rmse is 3.5, not at most 3'
 */
export function atMost(metric: MetricName | Metric, value: number): Check {
  return metricLimit('atMost', metric, value);
}
