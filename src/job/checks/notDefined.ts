import type { SlicedScores } from '../types.ts';

/**
 * Why nothing can be said of a metric.
 *
 * @param rows which they are: `held-out rows`
 * @example notDefined('auc', { rows: 20, notDefined: { auc: 'all are of class 0' } }) //=> 'auc is not defined on the 20 held-out rows: all are of class 0'
 */
export function notDefined(
  metric: string,
  { rows, notDefined = {} }: Pick<SlicedScores, 'rows' | 'notDefined'>,
  which = 'held-out rows',
): string {
  if (rows === 0) return `${metric} is not defined: there are no ${which}`;
  const why = Object.hasOwn(notDefined, metric) ? `: ${notDefined[metric]}` : '';
  return `${metric} is not defined on the ${rows} ${which}${why}`;
}
