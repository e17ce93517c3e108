import { OptionError } from '../errors.ts';
import { nearMisses } from '../source/nearMisses.ts';
import type { Validation } from '../types.ts';

/**
 * A metric of a validation by its name; NaN where it was not defined for its rows.
 *
 * @param known whether the metric has come before: it then has the right name
 * @throws OptionError where there is no such metric
 */
export function readMetric(
  where: string,
  { metrics }: Pick<Validation, 'metrics'>,
  name: string,
  known: boolean,
): number {
  if (Object.hasOwn(metrics, name)) return metrics[name];
  if (known) return Number.NaN;
  const names = Object.keys(metrics);
  const [near] = nearMisses(name, names);
  throw new OptionError({
    where: `${where}: metric`,
    expected: `one of ${names.join(', ')}`,
    received: name,
    hint: near ? `Did you mean ${near}` : undefined,
  });
}
