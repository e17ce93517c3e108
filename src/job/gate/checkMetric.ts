import { OptionError } from '../../errors.ts';
import { metricMode } from '../../optimizer/schedules/metricMode.ts';
import { nearMisses } from '../../source/nearMisses.ts';
import { type EvaluationTarget, metricNames } from '../../train/metrics/createEvaluation.ts';

/** The metrics there are, for all kinds of targets. */
const kinds: readonly EvaluationTarget['kind'][] = ['binary', 'classes', 'regression'];

/**
 * Checks the name of a metric.
 *
 * @param mode `max` where only metrics of which more is better make sense, `min` for the others
 * @throws OptionError where there is none of that name, or less and more are confused
 */
export function checkMetric(where: string, metric: string, mode?: 'min' | 'max'): void {
  const names = [...new Set(kinds.flatMap(metricNames))].filter((name) => !mode || metricMode(name) === mode);
  if (names.includes(metric)) return;
  const [near] = nearMisses(`${metric}`, names);
  const better = mode && (mode === 'max' ? 'more' : 'less');
  throw new OptionError({
    where: `${where}: metric`,
    expected: `one of ${names.join(', ')}${better ? `, of which ${better} is better` : ''}`,
    received: `${metric}`,
    hint: near ? `Did you mean ${near}` : undefined,
  });
}
