import { DataError, OptionError } from '../errors.ts';
import { didYouMean } from '../options/didYouMean.ts';
import { shownNames } from '../options/shown.ts';
import type { Observed } from './earlyStopping.ts';
import { notFinite } from './metrics/createEvaluation.ts';

/**
 * A metric of a validation by its name; NaN, which is no better than any, where the predictions are not finite.
 *
 * @param known whether the metric has come before: it then has the right name
 * @throws OptionError where there is no such metric
 * @throws DataError where it is not defined for the first rows that are held out: nobody could wait for it
 */
export function readMetric(
  where: string,
  { metrics, notDefined = {}, rows }: Omit<Observed, 'step'>,
  name: string,
  known: boolean,
): number {
  if (Object.hasOwn(metrics, name)) return metrics[name];
  if (known || notDefined[name] === notFinite) return Number.NaN;
  const names = Object.keys(metrics);
  if (Object.hasOwn(notDefined, name)) {
    const heldOut = rows === undefined ? 'held-out rows' : `${rows} held-out row${rows === 1 ? '' : 's'}`;
    const other = names.includes('logLoss') ? 'logLoss' : names[0];
    throw new DataError({
      where: `${where}: metric`,
      expected: `a metric that is defined for the ${heldOut}`,
      received: `${name}, which is not: ${notDefined[name]}`,
      hint: `Hold more rows out (split.validation), or others (split.seed)${other ? `, or watch ${other}` : ''}`,
    });
  }
  throw new OptionError({
    where: `${where}: metric`,
    expected: `one of ${shownNames(names)}`,
    received: name,
    hint: didYouMean(name, names),
  });
}
