import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { TrainingMessage, TrainingRequest } from '../../../src/job/types.ts';
import { answerHere, modelOf, type Said, trained } from './answerHere.ts';
import { dayBegin, folderOf, requestOf, versionOf, writeDay, writeJob } from './days.ts';

test('too few new rows are a result with the count, and nothing is trained', async (t) => {
  const folder = await folderOf(t, 1);
  await writeDay(folder, 1, { rows: 99 });
  const { last } = await answerHere(requestOf(folder, 1));
  t.deepEqual(last, { kind: 'result', result: { kind: 'tooFewRows', newRows: 99, minRows: 100 } });
  await t.throwsAsync(access(join(folder, 'runs')), { code: 'ENOENT' });
});

test('a run leaves the files that every run leaves, which tell of the job and of its epochs', async (t) => {
  const folder = await folderOf(t, 1);
  const request = requestOf(folder, 0);
  const { checkpoint } = trained(await answerHere(request));
  const read = (name: string) => readFile(join(request.directory, name), 'utf8');
  const summary = JSON.parse(await read('summary.json'));
  t.is(summary.outcome, 'completed');
  t.is(summary.checkpoint, join(request.directory, checkpoint));
  t.regex(JSON.parse(await read('config.json')).file, /job\.mjs/);
  t.regex(await read('run.log'), / epoch 1 of \d+: loss /);
});

test('counts new rows without training', async (t) => {
  const folder = await folderOf(t, 3);
  const { jobFile, job } = requestOf(folder, 0);
  const count = async (watermark: number | null, dueAt: number) =>
    (await answerHere({ kind: 'count', jobFile, job, watermark, dueAt })).last;
  t.deepEqual(await count(null, dayBegin(9)), { kind: 'count', newRows: 1200 });
  t.deepEqual(await count(dayBegin(0), dayBegin(1)), { kind: 'count', newRows: 400 });
});

test('rows that come late, within lookback, are trained on in the next run', async (t) => {
  const folder = await folderOf(t, 0, {
    job: { data: `newRows({ by: 'time', lookback: { hours: 6 }, minRows: 100 })` },
  });
  await writeDay(folder, 0, { rows: 300, hours: [0, 17] });
  await writeDay(folder, 1, { rows: 200 });
  const before = trained(await answerHere(requestOf(folder, 1)));
  // A file that is read first, with rows from 18 to 24 o'clock of the day before.
  await writeDay(folder, 0, { rows: 50, hours: [18, 24], file: 'aaa' });
  const after = trained(await answerHere(requestOf(folder, 1, { directory: join(folder, 'late') })));
  t.is(before.newRows, 200);
  t.is(after.newRows, 200);
  t.is(before.trainedRows + before.candidate.rows, 200);
  t.is(after.trainedRows + after.candidate.rows, 250);
  t.is(after.dataFrom, dayBegin(0) + 18 * 3_600_000);
});

test('a window is trained on as a whole, another one is scored on', async (t) => {
  const data = `newRows({ by: 'time', window: { days: 3 }, scoreWindow: { days: 2 } })`;
  const folder = await folderOf(t, 5, { job: { data } });
  const { newRows, trainedRows, candidate, dataFrom } = trained(await answerHere(requestOf(folder, 4)));
  t.is(newRows, 400);
  t.is(dataFrom, dayBegin(2));
  t.true(trainedRows > 800 && trainedRows < 1000);
  t.true(candidate.rows > 150 && candidate.rows < 250);
});

test('new rows that are all older than the window are an error with the newest of them, and trying again is useless', async (t) => {
  const folder = await folderOf(t, 2, { job: { data: `newRows({ by: 'time', window: { days: 3 } })` } });
  const { last } = await answerHere(requestOf(folder, 9, { watermark: null }));
  t.like(last, { kind: 'error', isFinal: true });
  t.regex(
    last?.kind === 'error' ? last.message : '',
    /rows after 2001-01-07T23:59:59.999Z and up to 2001-01-10T23:59:59.999Z, to train on, got 800 new ones, the newest of 2001-01-02T23:56:24Z/,
  );
});

test('a poisoned day does not pass the checks', async (t) => {
  const data = `newRows({ by: 'time', scoreWindow: { days: 7 } })`;
  const folder = await folderOf(t, 4, { job: { data }, pipeline: { epochs: '5' } });
  await writeDay(folder, 4, { isPoisoned: true });
  await writeDay(folder, 5);
  const first = requestOf(folder, 3, { watermark: null });
  const champions = [versionOf(first, trained(await answerHere(first)))];
  const poisoned = trained(await answerHere(requestOf(folder, 4, { champions })));
  t.false(poisoned.verdict.passed);
  t.true(poisoned.candidate.metrics.auc! < poisoned.champion!.scores.metrics.auc!);
  const next = trained(await answerHere(requestOf(folder, 5, { champions })));
  t.true(next.verdict.passed);
});

test('a few rows have the types that the champion was trained on', async (t) => {
  const folder = await folderOf(t, 0, { job: { data: `newRows({ by: 'time', minRows: 20 })` } });
  const write = async (day: number, rows: number, color: (row: number) => string, a: (row: number) => number) => {
    const lines = Array.from({ length: rows }, (_, row) => {
      const time = new Date(dayBegin(day) + row * 60_000).toISOString();
      return `${time},${a(row)},${color(row)},${(row * 7) % 5 > 2 ? 1 : 0}\n`;
    });
    await mkdir(join(folder, 'days'), { recursive: true });
    await writeFile(join(folder, 'days', `${day}.csv`), `time,a,color,y\n${lines.join('')}`);
  };
  await write(
    0,
    200,
    (row) => ['7', '08', 'x'][row % 3]!,
    (row) => row / 8,
  );
  const first = requestOf(folder, 0);
  const champions = [versionOf(first, trained(await answerHere(first)))];
  // By themselves, these colors are numbers, and these numbers are whole.
  await rm(join(folder, 'days', '0.csv'));
  await write(
    1,
    40,
    (row) => ['7', '9'][row % 2]!,
    (row) => row,
  );
  const { candidate, champion } = trained(await answerHere(requestOf(folder, 1, { champions })));
  t.true(candidate.rows > 0);
  t.is(champion?.scores.rows, candidate.rows);
});

test('a champion that does not load is an alert, and the one before it is taken', async (t) => {
  const folder = await folderOf(t, 2);
  const first = requestOf(folder, 0);
  const one = versionOf(first, trained(await answerHere(first)));
  const damaged = join(folder, 'damaged.safetensors');
  const bytes = await readFile(one.path);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(damaged, bytes);
  const champions = [{ version: 2, path: damaged }, { version: 1, path: join(folder, 'gone') }, one];
  const answer = await answerHere(requestOf(folder, 1, { champions }));
  const result = trained(answer);
  t.is(result.champion!.version, 0);
  t.deepEqual(result.start, { kind: 'warm', version: 0 });
  const alerts = answer.messages.flatMap((message) => (message.kind === 'alert' ? [message.text] : []));
  t.is(alerts.length, 2);
  t.regex(alerts[0]!, /^version 2 cannot be loaded, the one before it is taken: .*sha256/);
  t.regex(alerts[1]!, /^version 1 cannot be loaded, .*no such file/);
});

test('a champion of another pipeline is not compared with: training begins from scratch, and the checks do not pass', async (t) => {
  const folder = await folderOf(t, 2);
  const first = requestOf(folder, 0);
  const champions = [versionOf(first, trained(await answerHere(first)))];
  await writeJob(folder, { pipeline: { network: '[dense(4), relu(), dense(1)]' } });
  const answer = await answerHere(requestOf(folder, 1, { champions }));
  const result = trained(answer);
  t.deepEqual(result.start, { kind: 'scratch' });
  t.is(result.champion, null);
  t.false(result.verdict.passed);
  t.regex(result.verdict.checks[0]!.reason, /^version 0 cannot be compared with, promote by hand .*network/);
  t.true(answer.messages.some((message) => message.kind === 'note' && /from scratch/.test(message.text)));
  // Where nothing is asked of a model, nothing stands in its way.
  await writeJob(folder, { job: { checks: '[]' }, pipeline: { network: '[dense(4), relu(), dense(1)]' } });
  const open = trained(await answerHere(requestOf(folder, 1, { champions, directory: join(folder, 'open') })));
  t.deepEqual(open.verdict, { passed: true, checks: [] });
  // An optimizer of another kind is no other model.
  await writeJob(folder, { pipeline: { optimizer: 'sgd({ learningRate: 1e-2 })', batch: '20' } });
  const other = trained(await answerHere(requestOf(folder, 1, { champions, directory: join(folder, 'other') })));
  t.deepEqual(other.start, { kind: 'warm', version: 0 });
});

test('rows that have changed since the break are trained on anew, with a note', async (t) => {
  const folder = await folderOf(t, 2, { pipeline: { epochs: '4' } });
  const request = requestOf(folder, 0);
  const interrupted = async () => {
    const abort = new AbortController();
    const onMessage = ({ kind }: TrainingMessage) => kind === 'progress' && abort.abort(new Error('stopped'));
    return answerHere(request, { signal: abort.signal, onMessage });
  };
  const notes = ({ messages }: Said) => messages.flatMap((message) => (message.kind === 'note' ? [message.text] : []));
  t.is((await interrupted()).last.kind, 'stopped');
  // Rows after the due time change nothing.
  await writeDay(folder, 2);
  t.deepEqual(notes(await interrupted()), []);
  await writeDay(folder, 0, { rows: 500 });
  const answer = await answerHere(request);
  t.regex(notes(answer)[0]!, /^begins anew: .* the content that training began with/);
  const anew = { ...request, directory: join(folder, 'fresh') };
  const fresh = trained(await answerHere(anew));
  t.deepEqual(await modelOf(request, trained(answer)), await modelOf(anew, fresh));
});

test('errors say what is wrong, and whether trying again would help', async (t) => {
  const folder = await folderOf(t, 1);
  const request = requestOf(folder, 0);
  const failed = async (given: Partial<TrainingRequest>) => (await answerHere({ ...request, ...given })).last;
  t.like(await failed({ job: 'weekly' }), { kind: 'error', isFinal: true });
  t.like(await failed({ jobFile: join(folder, 'none.mjs') }), { kind: 'error', isFinal: true });
  await writeJob(folder, { job: { checks: `[noSliceWorse('auc', { by: 'colour' })]` } });
  const error = await failed({});
  t.like(error, { kind: 'error', isFinal: true });
  t.regex(error?.kind === 'error' ? error.message : '', /got colour.*Did you mean color/);
  await writeJob(folder);
  await writeFile(join(folder, 'days', 'day-000.csv'), '');
  t.like(await failed({}), { kind: 'error', isFinal: false });
});

test('a run that is gone on with is compared with the champion of the day, and says which it began from', async (t) => {
  const folder = await folderOf(t, 2);
  const first = requestOf(folder, 0);
  const one = versionOf(first, trained(await answerHere(first)));
  const abort = new AbortController();
  const request = requestOf(folder, 1);
  const onMessage = ({ kind }: TrainingMessage) => kind === 'progress' && abort.abort(new Error('stopped'));
  const stopped = await answerHere({ ...request, champions: [one] }, { signal: abort.signal, onMessage });
  t.is(stopped.last.kind, 'stopped');
  // Another run has been promoted meanwhile.
  const other = requestOf(folder, 1, { runId: 7, directory: join(folder, 'other') });
  const seven = versionOf(other, trained(await answerHere(other)));
  const result = trained(await answerHere({ ...request, champions: [seven, one] }));
  t.deepEqual(result.start, { kind: 'warm', version: 0 });
  t.is(result.champion?.version, 7);
});
