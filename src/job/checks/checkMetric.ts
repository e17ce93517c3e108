import { OptionError } from '../../errors.ts';
import { didYouMean } from '../../options/didYouMean.ts';
import { shownName, shownNames } from '../../options/shown.ts';
import { builtInMetrics, type MetricName } from '../../train/metrics/metricsFor.ts';
import type { Metric } from '../../train/metrics/types.ts';

/**
 * Finds a metric that is given by its name, or as it is declared.
 *
 * @param better which way must be better of it for the check to make sense; either by default
 * @throws OptionError where there is none of that name, or less and more are confused
 */
export function checkMetric(where: string, metric: MetricName | Metric, better?: Metric['better']): Metric {
  const suited = (each: Metric) => better === undefined || each.better === better;
  const isDeclared = typeof (metric as Metric | null | undefined)?.begin === 'function';
  const found = isDeclared ? (metric as Metric) : builtInMetrics.find(({ name }) => name === metric);
  if (found && suited(found)) return found;
  const names = builtInMetrics.filter(suited).map(({ name }) => name);
  throw new OptionError({
    where: `${where}: metric`,
    expected: `one of ${shownNames(names)}, or a metric itself${better ? `, of which ${better === 'higher' ? 'more' : 'less'} is better` : ''}`,
    received: found ? shownName(found.name) : `${metric}`,
    hint: didYouMean(`${found?.name ?? metric}`, names),
  });
}
