import { digits } from '../../format/figures.ts';
import { number } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import type { MetricName } from '../../train/metrics/metricsFor.ts';
import type { Metric } from '../../train/metrics/types.ts';
import type { Check } from '../types.ts';
import { checkMetric } from './checkMetric.ts';
import { notDefined } from './notDefined.ts';

/** What `atLeast` and `atMost` have in common: a metric of the candidate against a number. */
export function metricLimit(verb: 'atLeast' | 'atMost', declared: MetricName | Metric, value: number): Check {
  const isLeast = verb === 'atLeast';
  const { name: metric } = checkMetric(verb, declared, isLeast ? 'higher' : 'lower');
  checkOption(`${verb}: value`, value, number());
  const name = `${verb} ${metric} ${value}`;
  const bound = `${isLeast ? 'at least' : 'at most'} ${digits(value, 6)}`;
  return {
    name,
    metric,
    judge(scores) {
      const candidate = scores.metrics[metric] ?? Number.NaN;
      const numbers = { [isLeast ? 'least' : 'most']: value };
      if (!Number.isFinite(candidate)) {
        return { name, passed: false, reason: notDefined(metric, scores), numbers };
      }
      const passed = isLeast ? candidate >= value : candidate <= value;
      const reason = `${metric} is ${digits(candidate, 6)}, ${passed ? '' : 'not '}${bound}`;
      return { name, passed, reason, numbers: { candidate, ...numbers } };
    },
  };
}
