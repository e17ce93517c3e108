import { assertOwn, brand } from '../../brand.ts';
import { OptionError } from '../../errors.ts';
import { readWatched, watchedBound } from '../../optimizer/schedules/plateau.ts';
import {
  type Bound,
  bound,
  either,
  exactly,
  type Fields,
  group,
  integer,
  listOf,
  number,
  oneOf,
  required,
  text,
} from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { didYouMean } from '../../options/didYouMean.ts';
import { shownName, shownNames, shownValue } from '../../options/shown.ts';
import type { Pipeline } from '../../pipeline/declare/pipeline.ts';
import { pipelineBound, runNameBound } from '../../pipeline/declare/pipelineFields.ts';
import { type MetricName, metricNames, metricsFor } from '../../train/metrics/metricsFor.ts';
import type { Metric } from '../../train/metrics/types.ts';
import type { CatchUp, Check, DriftOptions, Job, JobData, JobSchedule, Notifier, Overlap, Span } from '../types.ts';
import { newRows } from './newRows.ts';
import { spanBound, spanMs } from './spanMs.ts';

/** How a model is kept fresh, as it is declared. */
export interface JobOptions {
  /** Names the job in the ledger and its folders; letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** What is trained. Its `split.validation` holds out the rows that models are compared on. */
  readonly pipeline: Pipeline;
  /** When: `cron(...)`, `every(...)`, `onNewData(...)` or `manual()`. */
  readonly schedule: JobSchedule;
  /**
   * What becomes of a tick while a run of the same job is not over: `skip` it, `bufferOne` (the latest) or `bufferAll` for afterwards,
   * `cancelOther` (the run), or `allowAll` at once.
   * @default 'skip'
   */
  readonly overlap?: Overlap;
  /**
   * What becomes of ticks that were due while nobody was there: of those in the window the `latest` runs, or `all`, or `none`.
   * @default { window: { hours: 24 }, run: 'latest' }
   */
  readonly catchUp?: { readonly window?: Span; readonly run?: CatchUp['run'] };
  /**
   * Which rows a run sees.
   * @default newRows(): all
   */
  readonly data?: JobData;
  /**
   * `warm`: training begins from the champion's weights and its frozen preprocessing, moments fresh; where there is no champion, or the
   * pipeline has other features or another network by now, from scratch. `scratch`: anew each time.
   * @default 'scratch'
   */
  readonly start?: 'warm' | 'scratch';
  /** What a new model must prove to take over; `[]` lets every one. */
  readonly checks: readonly Check[];
  /**
   * What becomes of a run that failed: tried again so often, after `first`, then twice as long each time (`exponential`), or as long.
   * @default { limit: 3, backoff: 'exponential', first: { seconds: 30 } }
   */
  readonly retries?: { readonly limit?: number; readonly backoff?: 'exponential' | 'fixed'; readonly first?: Span };
  /**
   * A run that takes longer is stopped and has failed; at least a second.
   * @default { hours: 6 }
   */
  readonly timeout?: Span;
  /**
   * Versions that are kept beside those that an alias points to; an integer, at least 1.
   * @default 5
   */
  readonly keep?: number;
  /**
   * Asks for a run when the rows or the champion's metric have moved; `false` for never.
   * @default false
   */
  readonly drift?: JobDrift | false;
  /**
   * Where run events are posted.
   * @default nobody
   */
  readonly notify?: Notifier | readonly (Notifier | undefined)[];
}

/** What moving means, and how often is looked. At least one of `psi`, `ks` and `metricFalls`. */
export interface JobDrift {
  /** Population stability index of any feature from which on a run is asked for; above 0. 0.2 is a usual choice. */
  readonly psi?: number;
  /** Kolmogorov-Smirnov distance of any numeric feature from which on a run is asked for; in (0, 1]. */
  readonly ks?: number;
  /**
   * The features whose `psi` and `ks` are looked at.
   * @default all but vectors
   */
  readonly features?: readonly string[];
  /** How far a metric of the champion on the new rows must have fallen since it was promoted; `by` above 0, in the metric's unit. */
  readonly metricFalls?: { readonly metric: MetricName | Metric; readonly by: number };
  /**
   * How often is looked; at least a second.
   * @default { hours: 1 }
   */
  readonly every?: Span;
}

/**
 * Declares how a model is kept fresh. Checks what can be checked without reading a row; nothing is opened.
 *
 * @throws OptionError where an option is missing, unknown or out of bounds, or another copy of Millrace has made the pipeline
 * @example
 * ```ts
 * import flats from './flats.ts';
 *
 * export default defineJob({
 *   name: 'flats-weekly',
 *   pipeline: flats,
 *   schedule: cron('0 3 * * 0'),
 *   checks: [atMost('rmse', 40), improves('rmse', { tolerance: 1 })],
 * });
 * ```
 */
export function defineJob(options: JobOptions): Job {
  assertOwn('defineJob: pipeline', options?.pipeline);
  checkOptions<JobOptions>('defineJob', options, fields);
  const { name, pipeline, schedule, checks, data = newRows() } = options;
  const { overlap = 'skip', start = 'scratch', keep = 5, catchUp = {}, retries = {}, drift = false } = options;
  const { source, split } = pipeline;
  const ends = 'a source that ends, as files(...): a run reads it up to its due time';
  refuseUnless(source.unbounded !== true, 'pipeline.source', ends, `${source.name}, which has no end`);
  const says = 'newRows({ by }), which says when rows are new, for onNewData';
  refuseUnless(schedule.newData === undefined || data.by !== undefined, 'data', says, 'no by');
  for (const [i, { metric }] of checks.entries())
    if (metric !== undefined) checkMetricOf(pipeline, `checks[${i}]`, metric);
  const heldOut = 'rows held out for the checks, as split: { validation: 0.1 }';
  refuseUnless(checks.length === 0 || split.validation > 0, 'pipeline.split', heldOut, shownValue(split));
  const { run = 'latest', window = { hours: 24 } } = catchUp;
  const { limit = 3, backoff = 'exponential', first = { seconds: 30 } } = retries;
  return Object.freeze({
    name,
    pipeline,
    schedule,
    overlap,
    catchUp: { windowMs: spanMs(window), run },
    data,
    start,
    checks: [...checks],
    retries: { limit, backoff, firstMs: spanMs(first) },
    timeoutMs: spanMs(options.timeout ?? { hours: 6 }),
    keep,
    drift: drift && checkDrift(pipeline, data, drift),
    notify: [options.notify].flat().filter((each) => each !== undefined),
    ...brand,
  });
}

const webhookBound: Bound<Notifier> = bound(
  'webhook(...)',
  (value) => value === undefined || (value as Notifier | null)?.kind === 'webhook',
);

const fields: Fields<JobOptions> = {
  name: required(runNameBound),
  pipeline: required(pipelineBound),
  schedule: required(
    bound<JobSchedule>(
      'cron(...), every(...), onNewData(...) or manual()',
      (value) => typeof (value as JobSchedule | null | undefined)?.dueTimes === 'function',
      (value) => (typeof value === 'string' ? `Say what it is, as cron(${shownValue(value)})` : undefined),
    ),
  ),
  overlap: oneOf('skip', 'bufferOne', 'bufferAll', 'cancelOther', 'allowAll'),
  catchUp: group<NonNullable<JobOptions['catchUp']>>({ window: spanBound(), run: oneOf('latest', 'all', 'none') }),
  data: bound('newRows({...})', (value) => typeof (value as JobData | null)?.lookbackMs === 'number'),
  start: oneOf('warm', 'scratch'),
  checks: required(
    listOf(
      'checks, as [atLeast(...), improves(...)], or []',
      bound<Check>(
        'a check, as atLeast(...)',
        (value) => typeof (value as Check | null | undefined)?.judge === 'function',
      ),
    ),
  ),
  retries: group<NonNullable<JobOptions['retries']>>({
    limit: integer({ least: 0 }),
    backoff: oneOf('exponential', 'fixed'),
    first: spanBound(),
  }),
  timeout: spanBound(1000),
  keep: integer({ least: 1 }),
  drift: either(
    group<JobDrift>({
      psi: number({ above: 0 }),
      ks: number({ above: 0, most: 1 }),
      features: listOf('features', text('the name of a feature')),
      metricFalls: group<NonNullable<JobDrift['metricFalls']>>({
        metric: required(watchedBound as Bound<MetricName | Metric>),
        by: required(number({ above: 0 })),
      }),
      every: spanBound(1000),
    }),
    exactly(false),
  ),
  notify: either(webhookBound, listOf('them', webhookBound)),
};

function refuseUnless(holds: boolean, key: string, expected: string, received: string, hint?: string): void {
  if (!holds) throw new OptionError({ where: `defineJob: ${key}`, expected, received, hint });
}

function checkMetricOf({ target: { kind }, metrics }: Pipeline, key: string, metric: string): Metric {
  const names = metricNames(kind, metrics);
  const expected = `a metric of a ${kind} target: ${names.join(', ')}`;
  refuseUnless(names.includes(metric), key, expected, shownName(metric), didYouMean(metric, names));
  return metricsFor(kind, metrics)[names.indexOf(metric)];
}

function checkDrift(pipeline: Pipeline, { by }: JobData, drift: JobDrift): DriftOptions {
  const { psi, ks, features = [], metricFalls, every = { hours: 1 } } = drift;
  refuseUnless(by !== undefined, 'drift', 'data: newRows({ by }), which says what rows are new', 'no by');
  const isSaid = [psi, ks, metricFalls].some((each) => each !== undefined);
  refuseUnless(isSaid, 'drift', 'at least one of psi, ks and metricFalls', 'none');
  const names = Object.keys(pipeline.features).filter((name) => pipeline.features[name].kind !== 'vector');
  for (const [i, name] of features.entries()) {
    const expected = `one of the features ${shownNames(names)}`;
    refuseUnless(names.includes(name), `drift.features[${i}]`, expected, shownName(name), didYouMean(name, names));
  }
  const fallen =
    metricFalls && checkMetricOf(pipeline, 'drift.metricFalls.metric', readWatched(metricFalls.metric).metric);
  return {
    ...(psi !== undefined && { psi }),
    ...(ks !== undefined && { ks }),
    ...(drift.features && { features: [...features] }),
    ...(fallen && { metricFalls: { metric: fallen.name, better: fallen.better, by: metricFalls.by } }),
    everyMs: spanMs(every),
  };
}
