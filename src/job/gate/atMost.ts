import type { MetricName } from '../../train/metrics/createEvaluation.ts';
import type { GateCheck } from '../types.ts';
import { limit } from './limit.ts';

/**
 * The candidate must stay below a number, or at it, whatever the champion does.
 *
 * @param metric one of which less is better: `rmse`, `logLoss`, `calibrationError`
 * @throws OptionError where there is no such metric, more of it is better, or the value is no finite number
 * @example atMost('rmse', 3).judge({ rows: 9, metrics: { rmse: 3.5 }, slices: {} }, undefined).reason //=> 'rmse is 3.5, not at most 3'
 */
export function atMost(metric: MetricName, value: number): GateCheck {
  return limit('atMost', metric, value);
}
