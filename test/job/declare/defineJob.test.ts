import test from 'ava';
import { brand } from '../../../src/brand.ts';
import { definePipeline, repeatSource } from '../../../src/index.ts';
import {
  atLeast,
  cron,
  defineJob,
  improves,
  type JobOptions,
  manual,
  newRows,
  noSliceWorse,
  onNewData,
  webhook,
} from '../../../src/jobs.ts';
import small from '../../pipeline/small.ts';

const least: JobOptions = { name: 'small-nightly', pipeline: small, schedule: manual(), checks: [] };

test('takes a whole declaration', (t) => {
  const job = defineJob({
    name: 'flights-nightly',
    pipeline: small,
    schedule: cron('0 3 * * *', { timeZone: 'America/New_York' }),
    overlap: 'skip',
    catchUp: { window: { hours: 24 }, run: 'latest' },
    data: newRows({ by: 'date', lookback: { hours: 6 }, window: { days: 90 }, minRows: 10_000 }),
    start: 'warm',
    checks: [
      atLeast('auc', 0.68),
      improves('auc', { by: 0.0, tolerance: 0.002 }),
      noSliceWorse('auc', { by: 'origin', tolerance: 0.02 }),
    ],
    retries: { limit: 3, backoff: 'exponential' },
    timeout: { minutes: 30 },
    keep: 5,
    drift: { psi: 0.2, metricFalls: { metric: 'auc', by: 0.02 } },
    notify: webhook('https://example.org/hook', { secret: 's' }),
  });
  t.is(job.schedule.text, '0 3 * * * America/New_York');
  t.deepEqual(job.data, {
    by: 'date',
    lookbackMs: 6 * 3_600_000,
    windowMs: 90 * 86_400_000,
    minRows: 10_000,
    onReject: 'advance',
  });
  t.deepEqual(job.retries, { limit: 3, backoff: 'exponential', firstMs: 30_000 });
  t.is(job.timeoutMs, 1_800_000);
  t.deepEqual(job.drift, { psi: 0.2, metricFalls: { metric: 'auc', better: 'higher', by: 0.02 }, everyMs: 3_600_000 });
  t.deepEqual(job.notify, [{ kind: 'webhook', url: 'https://example.org/hook', secret: 's' }]);
});

test('fills in what is left out', (t) => {
  const { pipeline, schedule, ...rest } = defineJob(least);
  t.deepEqual(rest, {
    ...brand,
    name: 'small-nightly',
    overlap: 'skip',
    catchUp: { windowMs: 86_400_000, run: 'latest' },
    data: { lookbackMs: 0, minRows: 1, onReject: 'advance' },
    start: 'scratch',
    checks: [],
    retries: { limit: 3, backoff: 'exponential', firstMs: 30_000 },
    timeoutMs: 21_600_000,
    keep: 5,
    drift: false,
    notify: [],
  });
});

/** An option that is refused, and what the error says of it. */
const refused: readonly (readonly [change: object, message: RegExp])[] = [
  [{ name: 'a/b' }, /^defineJob: name: expected letters/],
  [{ name: '..' }, /^defineJob: name: /],
  [{ pipeline: {} }, /^defineJob: pipeline: expected a pipeline, made by definePipeline/],
  [
    {
      pipeline: definePipeline({
        ...small,
        source: repeatSource(small.source),
        fit: { rows: 50 },
        epochs: 1,
        validateEverySteps: 9,
      }),
    },
    /^defineJob: pipeline\.source: expected a source that ends, as files\(\.\.\.\).*, got repeatSource of memory rows/,
  ],
  [
    { schedule: '0 3 * * *' },
    /^defineJob: schedule: expected cron\(\.\.\.\).*Say what it is, as cron\('0 3 \* \* \*'\)/,
  ],
  [{ overlap: 'bufferone' }, /^defineJob: overlap: .*Did you mean bufferOne/],
  [
    { catchUp: { run: 'last' } },
    /^defineJob: catchUp\.run: expected 'latest', 'all' or 'none', got 'last'\. Did you mean latest/,
  ],
  [
    { catchUp: { window: { weeks: 1 } } },
    /^defineJob: catchUp\.window: expected options among days, hours, minutes, seconds, got weeks/,
  ],
  [{ data: { by: 'date' } }, /^defineJob: data: expected newRows/],
  [{ schedule: onNewData({ minRows: 5 }) }, /^defineJob: data: expected newRows\(\{ by \}\).*onNewData/],
  [{ start: 'cold' }, /^defineJob: start: expected 'warm' or 'scratch', got 'cold'/],
  [{ checks: undefined }, /^defineJob: checks: expected a list of checks/],
  [{ checks: [atLeast('r2', 0.5)] }, /^defineJob: checks\[0\]: expected a metric of a binary target: auc/],
  [
    { checks: [atLeast('auc', 0.5)], pipeline: definePipeline({ ...small, split: { validation: 0 } }) },
    /^defineJob: pipeline\.split: expected rows held out for the checks.*, got \{ validation: 0 \}/,
  ],
  [{ retries: { limit: -1 } }, /^defineJob: retries\.limit: expected an integer of at least 0, got -1/],
  [{ retries: { backoff: 'linear' } }, /^defineJob: retries\.backoff: /],
  [{ retries: { first: 5 } }, /^defineJob: retries\.first: /],
  [{ timeout: { seconds: 0 } }, /^defineJob: timeout: expected a length of time of at least 1 s/],
  [{ keep: 0 }, /^defineJob: keep: expected an integer of at least 1, got 0/],
  [{ drift: { psi: 0.2 } }, /^defineJob: drift: expected data: newRows\(\{ by \}\)/],
  [{ drift: {}, data: newRows({ by: 'a' }) }, /^defineJob: drift: expected at least one of psi, ks and metricFalls/],
  [{ drift: { ks: 2 }, data: newRows({ by: 'a' }) }, /^defineJob: drift\.ks: expected a number in \(0, 1\], got 2/],
  [
    { drift: { metricFalls: { metric: 'auk', by: 0.1 } }, data: newRows({ by: 'a' }) },
    /^defineJob: drift\.metricFalls\.metric: .*Did you mean auc/,
  ],
  [{ notify: 'https://example.org' }, /^defineJob: notify: expected webhook/],
  [{ retrys: {} }, /^defineJob: expected options among name, .*, got retrys\. Did you mean retries/],
  [{ gate: [] }, /^defineJob: expected options among name, .*, got gate\. Did you mean checks/],
];

test('names the option that it refuses', (t) => {
  for (const [change, message] of refused) {
    t.throws(() => defineJob({ ...least, ...change } as JobOptions), { name: 'OptionError', message });
  }
});

test('wrong names do not compile', (t) => {
  // @ts-expect-error checks are asked for
  const noGate: JobOptions = { name: 'x', pipeline: small, schedule: manual() };
  // @ts-expect-error no such policy
  const overlap: JobOptions = { ...least, overlap: 'queue' };
  // @ts-expect-error no such unit
  const timeout: JobOptions = { ...least, timeout: { weeks: 1 } };
  // @ts-expect-error no such option
  const misspelt: JobOptions = { ...least, retry: { limit: 3 } };
  // @ts-expect-error no such metric
  const metric: JobOptions = { ...least, drift: { metricFalls: { metric: 'auk', by: 0.1 } } };
  t.is([noGate, overlap, timeout, misspelt, metric].length, 5);
});

test('newRows wants a column to tell the time by', (t) => {
  for (const option of ['lookback', 'window', 'scoreWindow']) {
    const message = new RegExp(`^newRows: ${option}: expected by`);
    t.throws(() => newRows({ [option]: { days: 1 } }), { name: 'OptionError', message });
  }
  t.throws(() => newRows({ by: '' }), { message: /^newRows: by: / });
  t.throws(() => newRows({ by: 'date', window: {} }), { message: /^newRows: window: / });
  t.throws(() => newRows({ minRows: 1.5 }), { message: /^newRows: minRows: / });
  // @ts-expect-error no such word
  t.throws(() => newRows({ onReject: 'stay' }), { message: /^newRows: onReject: expected 'advance' or 'keep'/ });
});

test('webhook tells nobody without a URL, and refuses what is none', (t) => {
  t.is(webhook(undefined), undefined);
  t.is(webhook(''), undefined);
  t.throws(() => webhook('ftp://example.org'), { name: 'OptionError', message: /^webhook: url: / });
  t.throws(() => webhook('example.org/hook'), { name: 'OptionError', message: /^webhook: url: / });
  t.throws(() => webhook('https://example.org', { secret: '' }), { message: /^webhook: secret: / });
  t.deepEqual(defineJob({ ...least, notify: webhook(undefined) }).notify, []);
});
