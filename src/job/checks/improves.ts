import { digits } from '../../format/figures.ts';
import { number } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import type { MetricName } from '../../train/metrics/metricsFor.ts';
import type { Metric } from '../../train/metrics/types.ts';
import type { Check } from '../types.ts';
import { checkMetric } from './checkMetric.ts';
import { gain } from './gain.ts';
import { notDefined } from './notDefined.ts';

/** The options of `improves`. */
export interface ImprovesOptions {
  /**
   * What the candidate must be better by, in the unit of the metric; at least 0.
   * @default 0
   */
  readonly by?: number;
  /**
   * What is forgiven, in the unit of the metric: the scores are those of a sample. At least 0.
   * @default 0
   */
  readonly tolerance?: number;
}

/**
 * The candidate must be as good as the champion on the same rows, or better:
 *
 *   gain >= by - tolerance,   gain = candidate - champion, or champion - candidate where less is better
 *
 * Without a champion it passes, if its metric is defined.
 *
 * @throws OptionError where there is no such metric, or an option is out of bounds
 * @example improves('auc', { tolerance: 0.002 }).name //=> 'improves auc by 0 tolerance 0.002'
 */
export function improves(declared: MetricName | Metric, options: ImprovesOptions = {}): Check {
  const { name: metric, better } = checkMetric('improves', declared);
  checkOptions<ImprovesOptions>('improves', options, { by: number({ least: 0 }), tolerance: number({ least: 0 }) });
  const { by = 0, tolerance = 0 } = options;
  const name = `improves ${metric} by ${by}${tolerance > 0 ? ` tolerance ${tolerance}` : ''}`;
  return {
    name,
    metric,
    judge(scores, other) {
      const candidate = scores.metrics[metric] ?? Number.NaN;
      const champion = other?.metrics[metric] ?? Number.NaN;
      const bounds = { by, tolerance };
      if (!Number.isFinite(candidate)) {
        return { name, passed: false, reason: notDefined(metric, scores), numbers: bounds };
      }
      if (!other) {
        const reason = `${metric} is ${digits(candidate, 6)}, and there is no champion yet`;
        return { name, passed: true, reason, numbers: { candidate, ...bounds } };
      }
      if (!Number.isFinite(champion)) {
        const reason = `the champion's ${notDefined(metric, other)}`;
        return { name, passed: false, reason, numbers: { candidate, ...bounds } };
      }
      const gained = gain(better, candidate, champion);
      const passed = gained >= by - tolerance;
      const reason =
        `${metric} is ${digits(candidate, 6)}, the champion's ${digits(champion, 6)}: a gain of ${digits(gained, 6)}, ` +
        `${passed ? '' : 'not '}at least ${digits(by - tolerance, 6)}`;
      return { name, passed, reason, numbers: { candidate, champion, gain: gained, ...bounds } };
    },
  };
}
