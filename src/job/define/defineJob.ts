import { assertOwn, brand } from '../../brand.ts';
import { OptionError } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { nearMisses } from '../../source/nearMisses.ts';
import { type MetricName, metricNames } from '../../train/metrics/createEvaluation.ts';
import type { CatchUp, DriftOptions, GateCheck, Job, JobData, JobSchedule, Notifier, Overlap, Span } from '../types.ts';
import { newRows } from './newRows.ts';
import { spanMs } from './spanMs.ts';

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
  readonly gate: readonly GateCheck[];
  /**
   * What becomes of a run that failed: tried again so often, after `first`, then twice as long each time (`exponential`), or as long.
   * @default { limit: 3, backoff: 'exponential', first: { seconds: 30 } }
   */
  readonly retries?: { readonly limit?: number; readonly backoff?: 'exponential' | 'fixed'; readonly first?: Span };
  /**
   * A run that takes longer is ended and has failed; at least a second.
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
   * Who is told of the runs.
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
  readonly metricFalls?: { readonly metric: MetricName; readonly by: number };
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
 */
export function defineJob(options: JobOptions): Job {
  const { name, pipeline, schedule, gate, data = newRows() } = options;
  const { overlap = 'skip', start = 'scratch', keep = 5, catchUp = {}, retries = {}, drift = false } = options;
  const unknown = Object.keys(options).find((key) => !optionNames.includes(key));
  require(unknown === undefined, 'options', `options among ${optionNames.join(', ')}`, unknown, near(
    unknown,
    optionNames,
  ));
  require(/^[\w.-]+$/.test(name) && !/^\.+$/.test(name), 'name', 'letters, digits, ".", "_" and "-"', name);
  assertOwn('defineJob: pipeline', pipeline);
  require(Array.isArray(pipeline?.network), 'pipeline', 'a pipeline, made by definePipeline', typeof pipeline);
  require(pipeline.source.unbounded !==
    true, 'pipeline', 'a source that ends, as files(...): a run reads it up to its due time', pipeline.source.name);
  require(typeof schedule?.dueTimes ===
    'function', 'schedule', 'cron(...), every(...), onNewData(...) or manual()', typeof schedule);
  word('overlap', overlap, ['skip', 'bufferOne', 'bufferAll', 'cancelOther', 'allowAll']);
  word('start', start, ['warm', 'scratch']);
  const { run = 'latest', window = { hours: 24 } } = catchUp;
  word('catchUp.run', run, ['latest', 'all', 'none']);
  require(typeof data?.lookbackMs === 'number', 'data', 'newRows({...})', typeof data);
  require(schedule.kind !== 'newData' ||
    data.by !== undefined, 'data', 'newRows({ by }), which says when rows are new, for onNewData', 'no by');
  checkGate(pipeline, gate);
  const { limit = 3, backoff = 'exponential', first = { seconds: 30 } } = retries;
  require(Number.isSafeInteger(limit) && limit >= 0, 'retries.limit', 'an integer of at least 0', limit);
  word('retries.backoff', backoff, ['exponential', 'fixed']);
  require(Number.isSafeInteger(keep) && keep >= 1, 'keep', 'an integer of at least 1', keep);
  return Object.freeze({
    name,
    pipeline,
    schedule,
    overlap,
    catchUp: { windowMs: spanMs('defineJob: catchUp.window', window), run },
    data,
    start,
    gate: [...gate],
    retries: { limit, backoff, firstMs: spanMs('defineJob: retries.first', first) },
    timeoutMs: spanMs('defineJob: timeout', options.timeout ?? { hours: 6 }, 1000),
    keep,
    drift: drift && checkDrift(pipeline, data, drift),
    notify: checkNotify(options.notify),
    ...brand,
  });
}

const optionNames: readonly string[] = [
  'name',
  'pipeline',
  'schedule',
  'overlap',
  'catchUp',
  'data',
  'start',
  'gate',
  'retries',
  'timeout',
  'keep',
  'drift',
  'notify',
] satisfies (keyof JobOptions)[];

function require(holds: boolean, key: string, expected: string, received: unknown, hint?: string): void {
  if (holds) return;
  const shown = typeof received === 'string' ? received : (JSON.stringify(received) ?? `${received}`);
  throw new OptionError({ where: `defineJob: ${key}`, expected, received: shown, hint });
}

function word(key: string, value: string, words: readonly string[]): void {
  require(words.includes(value), key, words.map((each) => `'${each}'`).join(', '), value, near(value, words));
}

function near(name: string | undefined, names: readonly string[]): string | undefined {
  const [meant] = nearMisses(`${name}`, names);
  return meant && `Did you mean ${meant}`;
}

function checkGate({ target, split }: Pipeline, gate: readonly GateCheck[]): void {
  const isGate = Array.isArray(gate) && gate.every((check) => typeof check?.judge === 'function');
  require(isGate, 'gate', 'a list of checks, as [atLeast(...), improves(...)], or []', gate);
  for (const { name, metric } of gate) if (metric !== undefined) checkMetricOf(target.kind, `gate: ${name}`, metric);
  require(gate.length === 0 ||
    split.validation >
      0, 'pipeline', 'a pipeline that holds rows out for the gate, as split: { validation: 0.1 }', split);
}

function checkMetricOf(kind: Pipeline['target']['kind'], key: string, metric: string): void {
  const names = metricNames(kind);
  require(names.includes(metric), key, `a metric of a ${kind} target: ${names.join(', ')}`, metric, near(
    metric,
    names,
  ));
}

function checkDrift(pipeline: Pipeline, { by }: JobData, drift: JobDrift): DriftOptions {
  const { target } = pipeline;
  const { psi, ks, features, metricFalls, every } = drift;
  const names = Object.keys(pipeline.features).filter((name) => pipeline.features[name].kind !== 'vector');
  const key = (name: string) => `drift.${name}`;
  require(by !== undefined, 'drift', 'data: newRows({ by }), which says what rows are new', 'no by');
  require(psi !== undefined ||
    ks !== undefined ||
    metricFalls !== undefined, 'drift', 'at least one of psi, ks and metricFalls', 'none');
  require(psi === undefined || (psi > 0 && psi < Infinity), key('psi'), 'a finite number above 0', psi);
  require(ks === undefined || (ks > 0 && ks <= 1), key('ks'), 'a number in (0, 1]', ks);
  const unknown = features?.find((name) => !names.includes(name));
  require(unknown === undefined, key('features'), `features among ${names.join(', ')}`, unknown, near(unknown, names));
  if (metricFalls) {
    checkMetricOf(target.kind, key('metricFalls.metric'), metricFalls.metric);
    const { by: fall } = metricFalls;
    require(fall > 0 && fall < Infinity, key('metricFalls.by'), 'a finite number above 0', fall);
  }
  return {
    ...(psi !== undefined && { psi }),
    ...(ks !== undefined && { ks }),
    ...(features && { features: [...features] }),
    ...(metricFalls && { metricFalls: { metric: metricFalls.metric, by: metricFalls.by } }),
    everyMs: spanMs('defineJob: drift.every', every ?? { hours: 1 }, 1000),
  };
}

function checkNotify(notify: JobOptions['notify']): readonly Notifier[] {
  const all = (Array.isArray(notify) ? notify : [notify]).filter((each) => each !== undefined);
  require(all.every(({ kind }) => kind === 'webhook'), 'notify', 'webhook(...), or a list of them', notify);
  return all;
}
