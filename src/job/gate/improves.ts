import type { MetricName } from '../../train/metrics/createEvaluation.ts';
import type { GateCheck } from '../types.ts';
import { checkMetric } from './checkMetric.ts';
import { checkNumber } from './checkNumber.ts';
import { gain } from './gain.ts';
import { shown } from './shown.ts';

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
export function improves(metric: MetricName, { by = 0, tolerance = 0 }: ImprovesOptions = {}): GateCheck {
  checkMetric('improves', metric);
  checkNumber('improves: by', by, 0);
  checkNumber('improves: tolerance', tolerance, 0);
  const name = `improves ${metric} by ${by}${tolerance > 0 ? ` tolerance ${tolerance}` : ''}`;
  return {
    name,
    metric,
    judge({ metrics }, other) {
      const candidate = metrics[metric] ?? Number.NaN;
      const champion = other?.metrics[metric] ?? Number.NaN;
      const asked = { by, tolerance };
      if (!Number.isFinite(candidate)) {
        return { name, passed: false, reason: `${metric} is not defined on the held-out rows`, numbers: asked };
      }
      if (!other) {
        const reason = `${metric} is ${shown(candidate)}, and there is no champion yet`;
        return { name, passed: true, reason, numbers: { candidate, ...asked } };
      }
      if (!Number.isFinite(champion)) {
        const reason = `${metric} of the champion is not defined on the held-out rows`;
        return { name, passed: false, reason, numbers: { candidate, ...asked } };
      }
      const gained = gain(metric, candidate, champion);
      const passed = gained >= by - tolerance;
      const reason =
        `${metric} is ${shown(candidate)}, the champion's ${shown(champion)}: a gain of ${shown(gained)}, ` +
        `${passed ? '' : 'not '}at least ${shown(by - tolerance)}`;
      return { name, passed, reason, numbers: { candidate, champion, gain: gained, ...asked } };
    },
  };
}
