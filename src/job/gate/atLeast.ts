import type { MetricName } from '../../train/metrics/createEvaluation.ts';
import type { GateCheck } from '../types.ts';
import { limit } from './limit.ts';

/**
 * The candidate must reach a number, whatever the champion does.
 *
 * @param metric one of which more is better: `auc`, `accuracy`, `r2`
 * @throws OptionError where there is no such metric, less of it is better, or the value is no finite number
 * @example atLeast('auc', 0.68).judge({ rows: 9, metrics: { auc: 0.7 }, slices: {} }, undefined).reason //=> 'auc is 0.7, at least 0.68'
 */
export function atLeast(metric: MetricName, value: number): GateCheck {
  return limit('atLeast', metric, value);
}
