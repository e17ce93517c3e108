import test from 'ava';
import { describe, memory, type Pipeline, type ReadingProgress, type Sink, train } from '../../../src/index.ts';
import { evaluateModel, loadTrained } from '../../../src/operators.ts';
import { temporaryFolder } from '../run.ts';
import small, { rows } from '../small.ts';

/** What is told of a reading. */
function listening() {
  const told: (ReadingProgress | undefined)[] = [];
  return { told, onReading: (progress: ReadingProgress | undefined) => void told.push(progress) };
}

/** The sink is told, and never opened with an event of a reading. */
function listeningSink(name: string, told: (ReadingProgress | undefined)[], onError: Sink['onError'] = 'log'): Sink {
  return { name, onError, reading: (progress) => void told.push(progress), open: () => ({ write() {}, close() {} }) };
}

const fitting = [37, 74, 111, 148, 185, 200].map((read) => ({ what: 'fitting', rows: read, totalRows: 200 }));

test('describe tells how far it has read, and when that is over', async (t) => {
  const { told, onReading } = listening();
  await describe(small, { onReading });
  t.deepEqual(told, [...fitting, undefined]);
});

test('evaluate tells how far it has read, of all rows and of those among which the held-out ones are', async (t) => {
  const directory = await temporaryFolder(t);
  await train(small, { directory });
  const model = await loadTrained(directory, small);
  for (const side of ['validation', 'all'] as const) {
    const { told, onReading } = listening();
    await evaluateModel(model, side, { onReading });
    t.deepEqual(told, [...fitting.map((state) => ({ ...state, what: 'scoring' })), undefined], side);
  }
});

test('a run tells its sinks of fitting, then of the rows of the first window, until it makes steps', async (t) => {
  const told: (ReadingProgress | undefined)[] = [];
  const { trainingRows } = await train(
    { ...small, sinks: [listeningSink('listening', told)] },
    { directory: await temporaryFolder(t) },
  );
  t.deepEqual(told.slice(0, 7), [...fitting, undefined]);
  const first = told.slice(7);
  t.is(first.indexOf(undefined), first.length - 1);
  t.true(first.length > 1);
  for (const state of first.slice(0, -1)) t.like(state, { what: 'reading', totalRows: trainingRows! });
});

test('a run that deals its rows to disk says so', async (t) => {
  const told: (ReadingProgress | undefined)[] = [];
  const spilling: Pipeline = { ...small, shuffle: { memoryMB: 0.0021, spill: true } };
  const sinks = [listeningSink('listening', told)];
  const { trainingRows } = await train({ ...spilling, sinks }, { directory: await temporaryFolder(t) });
  const dealt = told.filter((state) => state?.what === 'dealing to disk');
  t.is(dealt.at(-1)?.rows, trainingRows!);
});

test('a source that cannot tell how many rows it has is told of without', async (t) => {
  const { told, onReading } = listening();
  const source = { ...small.source, rows: async () => undefined };
  await describe({ ...small, source }, { onReading });
  t.deepEqual(told.slice(0, 2), [
    { what: 'fitting', rows: 37, totalRows: undefined },
    { what: 'fitting', rows: 74, totalRows: undefined },
  ]);
});

test('that it is over is told also of a reading that fails', async (t) => {
  const { told, onReading } = listening();
  const source = memory(
    rows(200).map((row, i) => ({ ...row, score: i >= 150 ? null : row.score })),
    { batchRows: 37 },
  );
  await t.throwsAsync(describe({ ...small, source }, { onReading }), { name: 'DataError' });
  t.is(told.filter((state) => state === undefined).length, 1);
  t.is(told.at(-1), undefined);
});

test('a sink that fails when it is told costs the run what its onError says', async (t) => {
  const failing = (onError: Sink['onError']): Sink => ({
    ...listeningSink('failing', [], onError),
    reading() {
      throw new Error('no terminal');
    },
  });
  const run = async (onError: Sink['onError']) =>
    train({ ...small, sinks: [failing(onError)] }, { directory: await temporaryFolder(t) });
  t.is((await run('log')).outcome, 'completed');
  await t.throwsAsync(run('stop'), { message: 'no terminal' });
});
