import { digits } from '../../format/figures.ts';
import { columnName, integer, number, required } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import type { MetricName } from '../../train/metrics/metricsFor.ts';
import type { Metric } from '../../train/metrics/types.ts';
import type { Check } from '../types.ts';
import { checkMetric } from './checkMetric.ts';
import { gain } from './gain.ts';

/** The options of `noSliceWorse`. */
export interface NoSliceWorseOptions {
  /** The column of the source whose values make the slices. */
  readonly by: string;
  /**
   * What is forgiven, in the unit of the metric; at least 0.
   * @default 0
   */
  readonly tolerance?: number;
  /**
   * Slices of fewer held-out rows are not looked at: their metric is chance. An integer, at least 1.
   * @default 100
   */
  readonly minRows?: number;
}

/**
 * The candidate must not be worse than the champion on any slice of the held-out rows: `gain >= -tolerance` for each value of a column.
 * The most frequent values are slices of their own, the others one together.
 *
 * A slice on which the metric is not defined for either, as the AUC of a single class, is not looked at; one on which only the
 * candidate's is not defined does not pass. Without a champion, or without a slice to look at, it passes.
 *
 * @throws OptionError where there is no such metric, or an option is out of bounds
 * @example noSliceWorse('auc', { by: 'origin', tolerance: 0.02 }).slicesBy //=> 'origin'
 */
export function noSliceWorse(declared: MetricName | Metric, options: NoSliceWorseOptions): Check {
  const { name: metric, better } = checkMetric('noSliceWorse', declared);
  checkOptions<NoSliceWorseOptions>('noSliceWorse', options, {
    by: required(columnName),
    tolerance: number({ least: 0 }),
    minRows: integer({ least: 1 }),
  });
  const { by, tolerance = 0, minRows = 100 } = options;
  const name = `noSliceWorse ${metric} by ${by}${tolerance > 0 ? ` tolerance ${tolerance}` : ''}`;
  return {
    name,
    metric,
    slicesBy: by,
    judge(candidate, champion) {
      const numbers: Record<string, number> = { tolerance, minRows };
      if (!champion) return { name, passed: true, reason: 'there is no champion yet', numbers };
      let looked = 0;
      let worst = { value: '', gain: Number.POSITIVE_INFINITY };
      const worse: string[] = [];
      for (const [value, slice] of Object.entries(champion.slices[by] ?? {})) {
        const before = slice.metrics[metric] ?? Number.NaN;
        const now = candidate.slices[by]?.[value]?.metrics[metric] ?? Number.NaN;
        if (slice.rows < minRows || (!Number.isFinite(before) && !Number.isFinite(now))) continue;
        looked++;
        numbers[`${value}: rows`] = slice.rows;
        if (Number.isFinite(before)) numbers[`${value}: champion`] = before;
        if (Number.isFinite(now)) numbers[`${value}: candidate`] = now;
        const gained = gain(better, now, before);
        // NaN is no gain.
        if (!(gained >= -tolerance)) worse.push(value);
        if (gained < worst.gain) worst = { value, gain: gained };
      }
      const passed = worse.length === 0;
      const of = `of ${looked} slices by ${by}`;
      const most =
        worst.value === '' ? '' : `; the least gain in ${metric} is ${digits(worst.gain, 6)}, of ${worst.value}`;
      const reason =
        looked === 0
          ? `no slice by ${by} has ${minRows} held-out rows and a defined ${metric}`
          : passed
            ? `none ${of} is worse by more than ${digits(tolerance, 6)}${most}`
            : `${worse.length} ${of} worse by more than ${digits(tolerance, 6)}: ${listed(worse)}${most}`;
      return { name, passed, reason, numbers };
    },
  };
}

function listed(values: readonly string[]): string {
  return values.length > 5 ? `${values.slice(0, 5).join(', ')} and ${values.length - 5} more` : values.join(', ');
}
