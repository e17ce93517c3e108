import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { DriftReport, DriftRequest, KnownVersion, TrainingMessage } from '../../../src/job/types.ts';
import { loadCheckpoint } from '../../../src/operators.ts';
import { answerHere, modelOf, trained } from '../training/answerHere.ts';
import { dayBegin, folderOf, requestOf, versionOf, writeDay, writeJob } from '../training/days.ts';

const drift = `{ psi: 0.2, ks: 0.2, metricFalls: { metric: 'auc', by: 0.1 } }`;

/** The rows of days 0 to 4 and a champion of theirs, and a function that measures the drift of the days after. */
async function measuring(t: ExecutionContext, job: Record<string, string> = { drift }) {
  const folder = await folderOf(t, 5, { job, pipeline: { epochs: '5' } });
  const request = requestOf(folder, 4, { watermark: null });
  const result = trained(await answerHere(request));
  const champion = versionOf(request, result);
  async function measure(given: Partial<DriftRequest> = {}) {
    const { jobFile, job: name } = request;
    const answer = await answerHere({
      kind: 'drift',
      jobFile,
      job: name,
      watermark: dayBegin(5) - 1,
      dueAt: dayBegin(9),
      champions: [champion],
      promoted: result.candidate,
      ...given,
    });
    if (answer.last.kind !== 'drift') throw new Error(JSON.stringify(answer.last));
    return { ...answer.last.report, messages: answer.messages };
  }
  return { folder, champion, result, measure };
}

/** Rewrites the rows of a day, which are in a file. */
async function change(folder: string, day: number, row: (cells: string[]) => string[]): Promise<void> {
  const path = join(folder, 'days', `day-00${day}.csv`);
  const [head, ...rows] = (await readFile(path, 'utf8')).trim().split('\n');
  await writeFile(path, `${[head, ...rows.map((line) => row(line.split(',')).join(','))].join('\n')}\n`);
}

test('says nothing where the new rows are like those that the champion was trained on', async (t) => {
  const { folder, measure, champion, result } = await measuring(t);
  await writeDay(folder, 5, { rows: 2000 });
  const { newRows, version, features, metric, reasons } = await measure();
  t.is(newRows, 2000);
  t.is(version, champion.version);
  t.deepEqual(Object.keys(features), ['a', 'color']);
  t.true(features.a!.psi < 0.05 && features.a!.ks! < 0.06, JSON.stringify(features));
  t.true(features.color!.psi < 0.02 && features.color!.ks === undefined);
  t.true(Math.abs(metric!.now! - metric!.promoted!) < 0.05);
  t.is(metric!.promoted, result.candidate.metrics.auc!);
  t.deepEqual(reasons, []);
});

test('features that have moved are reasons, with the numbers', async (t) => {
  const { folder, measure } = await measuring(t);
  await writeDay(folder, 5);
  await change(folder, 5, ([time, a, color, y]) => [
    time!,
    `${Number(a) / 4 + 1}`,
    color === 'red' ? 'pink' : color!,
    y!,
  ]);
  const { features, reasons } = await measure();
  t.true(features.a!.psi > 1 && features.a!.ks! > 0.3 && features.color!.psi > 1);
  t.is(reasons.filter((reason) => /^the population stability index of (a|color) is \d/.test(reason)).length, 2);
  t.is(
    reasons.filter((reason) => /^the Kolmogorov-Smirnov distance of a is 0\.\d+, at least 0\.2$/.test(reason)).length,
    1,
  );
});

test('a metric that is not defined on the new rows, or was not when the champion was promoted, is told of', async (t) => {
  const { folder, measure, result, champion } = await measuring(t);
  await writeDay(folder, 5, { rows: 300 });
  await change(folder, 5, ([time, a, color]) => [time!, a!, color!, '1']);
  const promoted = { ...result.candidate, metrics: {}, notDefined: { auc: 'all are of class 0' } };
  const { metric, reasons, messages } = await measure({ promoted });
  t.deepEqual(metric, { name: 'auc', now: null, promoted: null });
  t.false(reasons.some((reason) => reason.startsWith('auc')));
  t.deepEqual(
    messages.filter(({ kind }) => kind === 'note'),
    [
      { kind: 'note', text: 'auc is not defined on the 300 new rows: all are of class 1' },
      {
        kind: 'note',
        text: `when version ${champion.version} was promoted: auc is not defined on the ${promoted.rows} held-out rows: all are of class 0`,
      },
    ],
  );
});

test('a fall of the metric on new rows that have a label is a reason', async (t) => {
  const { folder, measure } = await measuring(t);
  await writeDay(folder, 5, { isPoisoned: true });
  let row = 0;
  // The labels of half of the rows have not come yet.
  await change(folder, 5, ([time, a, color, y]) => [time!, a!, color!, row++ % 2 ? y! : '']);
  const fallen = await measure();
  t.is(fallen.newRows, 400);
  t.true(fallen.metric!.now! < 0.3);
  t.is(fallen.reasons.length, 1);
  t.regex(
    fallen.reasons[0]!,
    /^auc on the new rows is 0\.\d+, 0\.9\d+ when it was promoted: worse by 0\.\d+, at least 0\.1$/,
  );
  // Fewer labels than `minRows` say nothing.
  row = 0;
  await change(folder, 5, ([time, a, color, y]) => [time!, a!, color!, row++ < 198 ? y! : '']);
  const unlabelled = await measure();
  t.is(unlabelled.metric!.now, null);
  t.deepEqual(unlabelled.reasons, []);
});

test('looks at the features that are named alone', async (t) => {
  const { folder, measure } = await measuring(t, { drift: `{ psi: 0.2, features: ['color'] }` });
  await writeDay(folder, 5);
  const { features, metric } = await measure();
  t.deepEqual(Object.keys(features), ['color']);
  t.is(metric, null);
});

test('too few new rows, and no champion to look at, are no reason', async (t) => {
  const { folder, measure } = await measuring(t);
  await writeDay(folder, 5, { rows: 99, isPoisoned: true });
  const nothing: DriftReport = { newRows: 99, version: null, features: {}, metric: null, reasons: [] };
  const { messages, ...few } = await measure();
  t.deepEqual(few, nothing);
  await writeDay(folder, 5, { rows: 300, isPoisoned: true });
  const { messages: _, ...none } = await measure({ champions: [] });
  t.deepEqual(none, { ...nothing, newRows: 300 });
  const lost = await measure({ champions: [{ version: 9, path: join(folder, 'none') }] });
  t.true(lost.messages.some(({ kind }) => kind === 'alert'));
  t.deepEqual(lost.reasons, []);
});

test('a champion that was trained before drift was asked for is named in a note; its metric is looked at', async (t) => {
  const { folder, measure } = await measuring(t, {});
  await writeJob(folder, { job: { drift }, pipeline: { epochs: '5' } });
  await writeDay(folder, 5, { isPoisoned: true });
  const { features, reasons, messages } = await measure();
  t.deepEqual(features, {});
  t.is(reasons.length, 1);
  t.true(messages.some((message) => message.kind === 'note' && /version 4 knows nothing/.test(message.text)));
});

test('a model that learns from new rows on top of another is described by the rows of both', async (t) => {
  const { folder, champion, result } = await measuring(t);
  await writeDay(folder, 5);
  const rowsOf = async ({ path }: KnownVersion) => {
    const { distributions } = (await loadCheckpoint(path)).state.notes as {
      distributions: Record<string, { rows: number }>;
    };
    return distributions.a!.rows;
  };
  t.is(await rowsOf(champion), result.trainedRows);
  const next = requestOf(folder, 5, { champions: [champion] });
  const abort = new AbortController();
  const onMessage = ({ kind }: TrainingMessage) => kind === 'progress' && abort.abort(new Error('stopped'));
  t.is((await answerHere(next, { signal: abort.signal, onMessage })).last.kind, 'stopped');
  const two = trained(await answerHere(next));
  t.is(await rowsOf(versionOf(next, two)), result.trainedRows + two.trainedRows);
  const unbroken = { ...next, directory: join(folder, 'whole') };
  const whole = trained(await answerHere(unbroken));
  t.deepEqual(await modelOf(next, two), await modelOf(unbroken, whole));
});
