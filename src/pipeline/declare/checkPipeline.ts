import { OptionError } from '../../errors.ts';
import { didYouMean } from '../../options/didYouMean.ts';
import { shownName, shownNames, shownValue } from '../../options/shown.ts';
import { checkSink } from '../../sink/checkSink.ts';
import { areChosen } from '../../train/answers/chooseAnswers.ts';
import { metricNames } from '../../train/metrics/metricsFor.ts';
import { watchedMetrics } from '../rows/assertWatched.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * Holds the options of a pipeline to each other; each by itself is within its bounds.
 *
 * @throws OptionError where they do not fit
 */
export function checkPipeline(pipeline: Pipeline): void {
  const { features, target, split, fit, shuffle, validateEverySteps, earlyStopping, optimizer, sinks, metrics } =
    pipeline;
  const { threshold, calibrate } = pipeline;
  sinks.forEach(checkSink);
  if (Object.keys(features).length === 0) throw refusal('features', 'at least one feature', 'none');
  if (fit && shuffle !== false && shuffle.spill) {
    throw refusal('fit', 'false, since shuffle.spill wants to know how many rows there are', shownValue(fit));
  }
  const names = metricNames(target.kind, metrics);
  for (const [i, { name, tasks }] of metrics.entries()) {
    if (!tasks.includes(target.kind)) {
      throw refusal(
        `metrics[${i}]`,
        `a metric of a ${target.kind} target`,
        `${name}, one of a ${tasks.join(' or ')} target`,
      );
    }
    if (names.indexOf(name) !== names.lastIndexOf(name)) {
      throw refusal(`metrics[${i}]`, 'a name that no other metric of the target has', shownName(name));
    }
  }
  for (const [who, metric] of Object.entries(watchedMetrics(pipeline))) {
    if (names.includes(metric)) continue;
    const expected = `a metric of a ${target.kind} target: ${shownNames(names)}`;
    throw refusal(`${who}: metric`, expected, shownName(metric), didYouMean(metric, names));
  }
  if (threshold !== 0.5 && target.kind !== 'binary') {
    throw refusal('threshold', 'a binary target, of which it tells two classes apart', `a ${target.kind} target`);
  }
  if (calibrate && target.kind === 'regression') {
    throw refusal('calibrate', 'a target of classes, which has probabilities', 'a regression target');
  }
  if (areChosen(pipeline) && split.validation === 0) {
    const what = calibrate ? `calibrate '${calibrate}'` : `threshold ${shownValue(threshold)}`;
    throw refusal('split.validation', `rows to choose by, for ${what}`, '0');
  }
  if ((validateEverySteps || earlyStopping || optimizer.plateau) && split.validation === 0) {
    const expected = 'rows to validate on, for earlyStopping, onPlateau or validateEverySteps';
    throw refusal('split.validation', expected, '0');
  }
}

function refusal(key: string, expected: string, received: string, hint?: string): OptionError {
  return new OptionError({ where: `definePipeline: ${key}`, expected, received, hint });
}
