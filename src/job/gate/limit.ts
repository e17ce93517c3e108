import type { MetricName } from '../../train/metrics/createEvaluation.ts';
import type { GateCheck } from '../types.ts';
import { checkMetric } from './checkMetric.ts';
import { checkNumber } from './checkNumber.ts';
import { shown } from './shown.ts';

/** What `atLeast` and `atMost` have in common: a metric of the candidate against a number. */
export function limit(verb: 'atLeast' | 'atMost', metric: MetricName, value: number): GateCheck {
  const isLeast = verb === 'atLeast';
  checkMetric(verb, metric, isLeast ? 'max' : 'min');
  checkNumber(`${verb}: value`, value);
  const name = `${verb} ${metric} ${value}`;
  const bound = `${isLeast ? 'at least' : 'at most'} ${shown(value)}`;
  return {
    name,
    metric,
    judge({ metrics }) {
      const candidate = metrics[metric] ?? Number.NaN;
      const numbers = { [isLeast ? 'least' : 'most']: value };
      if (!Number.isFinite(candidate)) {
        return { name, passed: false, reason: `${metric} is not defined on the held-out rows`, numbers };
      }
      const passed = isLeast ? candidate >= value : candidate <= value;
      const reason = `${metric} is ${shown(candidate)}, ${passed ? '' : 'not '}${bound}`;
      return { name, passed, reason, numbers: { candidate, ...numbers } };
    },
  };
}
