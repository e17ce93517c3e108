import { createFamily, shownLabels } from '../format/metricFamily.ts';
import { differenceOf, type Shadowed } from './challengers.ts';
import type { FeatureDrift } from './driftWatch.ts';
import type { RequestLogCounts } from './requestLog.ts';
import type { Predictions } from './serving.ts';
import type { ServedModel } from './types.ts';

/** Upper bounds of the classes of the histogram of times, in seconds. */
const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What stands beside the counters. */
export interface RenderedParts {
  readonly models: readonly ServedModel[];
  readonly challengers: readonly ServedModel[];
  readonly drift: readonly FeatureDrift[];
  readonly logged: Readonly<RequestLogCounts> | undefined;
}

/** What the server counts, for `GET /metrics`. */
export interface ServeMetrics {
  /** A request has been answered. */
  request(route: string, status: number, seconds: number): void;
  /** Rows have been predicted for. */
  answer(name: string, predictions: Predictions, isByChallenger: boolean): void;
  /** A challenger has scored rows that another has answered. */
  shadow(scored: Shadowed): void;
  /** Rows that a challenger has not scored. */
  missed(name: string, why: 'failed' | 'busy', rows: number): void;
  swap(name: string, hasSwapped: boolean): void;
  /** The text that Prometheus reads. */
  render(parts: RenderedParts): string;
}

/**
 * Counters of the server in the text format of Prometheus. Labels are routes, statuses, models and features: what a client sends makes none.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function createMetrics(): ServeMetrics {
  const requests = createFamily();
  const rows = createFamily();
  const missing = createFamily();
  const unseen = createFamily();
  const trial = createFamily();
  const shadowed = createFamily();
  const differing = createFamily();
  const distance = createFamily();
  const missed = createFamily();
  const swaps = createFamily();
  const failures = createFamily();
  const times = new Map<string, { readonly counts: Float64Array; sum: number }>();
  const began = Date.now() / 1000;

  return {
    request(route, status, seconds) {
      requests.add({ route, status: `${status}` }, 1);
      const time = times.get(route) ?? { counts: new Float64Array(bounds.length + 1), sum: 0 };
      times.set(route, time);
      time.sum += seconds;
      const at = bounds.findIndex((bound) => seconds <= bound);
      time.counts[at < 0 ? bounds.length : at]!++;
    },
    answer(name, predictions, isByChallenger) {
      if (isByChallenger) trial.add({ model: name }, predictions.length);
      rows.add({ model: name }, predictions.length);
      for (const { missing: lacking, unseen: unknown } of predictions) {
        for (const feature of lacking) missing.add({ model: name, feature }, 1);
        for (const feature of unknown) unseen.add({ model: name, feature }, 1);
      }
    },
    shadow({ name: model, rows: all, predictions, answers }) {
      shadowed.add({ model }, all.length);
      for (const [i, each] of predictions.entries()) {
        const answer = answers[i]!;
        if (each.predicted !== answer.predicted) differing.add({ model }, 1);
        distance.add({ model }, differenceOf(each, answer));
      }
    },
    missed(model, why, count) {
      missed.add({ model, why }, count);
    },
    swap(model, hasSwapped) {
      (hasSwapped ? swaps : failures).add({ model }, 1);
    },
    render({ models, challengers, drift, logged }) {
      const info = createFamily();
      const since = createFamily();
      for (const served of [...models, ...challengers]) {
        const { version, since: ms } = served.current();
        info.add({ model: served.name, version }, 1);
        since.add({ model: served.name }, ms / 1000);
      }
      const psi = createFamily();
      const ks = createFamily();
      const looked = createFamily();
      for (const { model, feature, rows: count, psi: index, ks: distance } of drift) {
        psi.add({ model, feature }, index);
        if (distance !== undefined) ks.add({ model, feature }, distance);
        looked.add({ model, feature }, count);
      }
      return [
        requests.render('millrace_requests_total', 'counter', 'Requests that were answered.'),
        histogram(times),
        rows.render('millrace_predictions_total', 'counter', 'Rows that were predicted for.'),
        missing.render(
          'millrace_missing_values_total',
          'counter',
          'Values that were missing, for which something stood in.',
        ),
        unseen.render('millrace_unseen_categories_total', 'counter', 'Categories that training had not seen.'),
        info.render('millrace_model_info', 'gauge', 'The version of each model that is in service.'),
        since.render('millrace_model_since_seconds', 'gauge', 'When it was put into service, in seconds since 1970.'),
        trial.render(
          'millrace_trial_predictions_total',
          'counter',
          'Of those, the rows that a challenger has answered.',
        ),
        shadowed.render(
          'millrace_shadow_rows_total',
          'counter',
          'Rows that a challenger has scored beside the answer.',
        ),
        differing.render('millrace_shadow_differences_total', 'counter', 'Those for which it predicts something else.'),
        distance.render(
          'millrace_shadow_distance_total',
          'counter',
          'How far its predictions are from the answers: of numbers, or of probability.',
        ),
        missed.render('millrace_challenger_missed_rows_total', 'counter', 'Rows that a challenger has not scored.'),
        psi.render('millrace_feature_psi', 'gauge', 'Population stability index of the last six hours to training.'),
        ks.render('millrace_feature_ks', 'gauge', 'Kolmogorov-Smirnov distance of the last six hours to training.'),
        looked.render('millrace_feature_rows', 'gauge', 'Rows that these are of.'),
        swaps.render('millrace_model_swaps_total', 'counter', 'Models that have taken over.'),
        failures.render('millrace_model_swap_failures_total', 'counter', 'Models that could not take over.'),
        ...(logged
          ? [
              one('millrace_log_rows_written_total', 'Rows that stand in files.', logged.written, 'counter'),
              one('millrace_log_rows_dropped_total', 'Rows that could not be written down.', logged.dropped, 'counter'),
              one('millrace_log_parts_deleted_total', 'Files that went to make room.', logged.deletedParts, 'counter'),
            ]
          : []),
        one('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
        one('process_start_time_seconds', 'When the server began, in seconds since 1970.', began),
      ].join('');
    },
  };
}

function histogram(times: ReadonlyMap<string, { readonly counts: Float64Array; readonly sum: number }>): string {
  const name = 'millrace_request_seconds';
  const lines = [...times].flatMap(([route, { counts, sum }]) => {
    const of = shownLabels({ route });
    let total = 0;
    const buckets = [...bounds, '+Inf'].map((bound, i) => {
      total += counts[i]!;
      return `${name}_bucket{${of},le="${bound}"} ${total}\n`;
    });
    return [...buckets, `${name}_sum{${of}} ${sum}\n`, `${name}_count{${of}} ${total}\n`];
  });
  return `# HELP ${name} The time from a request's first byte to its answer.\n# TYPE ${name} histogram\n${lines.join('')}`;
}

function one(name: string, help: string, value: number, type: 'gauge' | 'counter' = 'gauge'): string {
  const family = createFamily();
  family.set({}, value);
  return family.render(name, type, help);
}
