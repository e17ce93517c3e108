import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  type EpochEnd,
  earlyStopping,
  log,
  memory,
  ndjsonMetrics,
  oneHot,
  type Pipeline,
  type TrainingEvent,
  train,
} from '../../../src/index.ts';
import { evaluateModel } from '../../../src/pipeline/use/evaluateModel.ts';
import { loadTrained } from '../../../src/pipeline/use/loadTrained.ts';
import { stoppedAt, temporaryFolder } from '../run.ts';
import small, { rows } from '../small.ts';

const table = rows(200);
const nulls = table.filter(({ b }) => b === null).length;

/** All rows are trained on, in three windows: 14 steps an epoch. */
const unsplit: Pipeline = { ...small, split: { validation: 0 }, sinks: [ndjsonMetrics()] };

/** The events that a pipeline's run has written down. */
async function eventsIn(directory: string): Promise<Exclude<TrainingEvent, { kind: 'step' }>[]> {
  const text = await readFile(join(directory, 'metrics.ndjson'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function endsOf(events: readonly TrainingEvent[]): Pick<EpochEnd, 'epoch' | 'step' | 'rows'>[] {
  return events.flatMap((event) =>
    event.kind === 'epoch' ? [{ epoch: event.epoch, step: event.step, rows: event.rows }] : [],
  );
}

test('a missing value counts once, however often and wherever its row is read', async (t) => {
  t.true(nulls > 10);
  const ways: Readonly<Record<string, Partial<Pipeline>>> = {
    'read in every epoch': {},
    'kept in memory': { shuffle: { memoryMB: 1 } },
    'in the order of the stream': { shuffle: false },
    'dealt to disk': { shuffle: { memoryMB: 0.0021, spill: true } },
  };
  for (const [way, changes] of Object.entries(ways)) {
    const directory = await temporaryFolder(t);
    const summary = await train({ ...unsplit, ...changes }, { directory });
    t.is(summary.epochs, 3);
    t.is(summary.missing, nulls, way);
    const reports = (await eventsIn(directory)).flatMap((event) => (event.kind === 'report' ? [event.missing] : []));
    t.true(reports.every((missing) => missing <= nulls));
    t.is(reports.at(-1), nulls, way);
  }
});

test('missing values, unseen categories and rows read count once over breaks in any epoch', async (t) => {
  const given: Pipeline = {
    ...unsplit,
    source: memory(
      table.map((row, i) => ({ ...row, color: i % 40 === 39 ? `rare ${i}` : row.color })),
      { batchRows: 37 },
    ),
    features: { ...unsplit.features, color: oneHot({ minCount: 2 }) },
    sinks: small.sinks,
  };
  const told = ({ missing, unseen, rowsRead, badRows }: Awaited<ReturnType<typeof train>>) => ({
    missing,
    unseen,
    rowsRead,
    badRows,
  });
  for (const step of [3, 13, 14, 15, 31]) {
    const directory = await temporaryFolder(t);
    const { pipeline, signal } = stoppedAt(given, step);
    await train(pipeline, { directory, signal });
    const resumed = await train(given, { directory, resume: true });
    t.deepEqual(told(resumed), { missing: nulls, unseen: 5, rowsRead: 200, badRows: 0 }, `stopped after step ${step}`);
  }
});

test('epochs, steps and rows are told alike by the metrics and the summary, counted from 1', async (t) => {
  const directory = await temporaryFolder(t);
  const summary = await train(unsplit, { directory });
  t.like(summary, { epochs: 3, steps: 42, rows: 600, trainingRows: 200, lossEpoch: 3, validatedAt: null, best: null });
  const events = await eventsIn(directory);
  t.deepEqual(endsOf(events), [
    { epoch: 1, step: 14, rows: 200 },
    { epoch: 2, step: 28, rows: 400 },
    { epoch: 3, step: 42, rows: 600 },
  ]);
  // Reports come every five steps.
  t.deepEqual(
    events.flatMap(({ kind, epoch }) => (kind === 'report' ? [epoch] : [])),
    [1, 1, 2, 2, 2, 3, 3, 3],
  );
  const [end] = events.filter((event) => event.kind === 'epoch').slice(-1);
  t.is(end.loss, summary.loss!);
});

test('the log counts as the metrics do', async (t) => {
  let text = '';
  const destination = {
    write: (line: string) => {
      text += line;
    },
  };
  await train({ ...small, sinks: [log({ destination })] }, { directory: await temporaryFolder(t) });
  t.deepEqual([...new Set(text.match(/epoch \d+/g))], ['epoch 1', 'epoch 2', 'epoch 3']);
});

test('an end of an epoch comes once, also where a run goes on right at it', async (t) => {
  for (const step of [13, 14, 15, 28]) {
    const directory = await temporaryFolder(t);
    const given = { ...unsplit, sinks: small.sinks };
    const { pipeline, signal } = stoppedAt(given, step);
    await train(pipeline, { directory, signal });
    await train(given, { directory, resume: true });
    t.deepEqual(
      endsOf(await eventsIn(directory)).map((end) => end.step),
      [14, 28, 42],
      `stopped after step ${step}`,
    );
  }
});

test('early stopping at the end of an epoch counts that epoch, and the summary says when it was and which one was best', async (t) => {
  const directory = await temporaryFolder(t);
  const patient = {
    ...small,
    sinks: [ndjsonMetrics()],
    epochs: 60,
    earlyStopping: earlyStopping({ metric: 'logLoss', patience: 3 }),
  };
  const summary = await train(patient, { directory });
  const events = await eventsIn(directory);
  const validations = events.filter((event) => event.kind === 'validation');
  const losses = validations.map(({ metrics }) => metrics.logLoss);
  const best = validations[losses.indexOf(Math.min(...losses))];
  const last = validations.at(-1)!;

  t.is(last.epoch, best.epoch + 3);
  t.is(summary.epochs, last.epoch);
  t.deepEqual(endsOf(events).at(-1), { epoch: last.epoch, step: last.step, rows: summary.rows });
  t.is(summary.rows, last.epoch * summary.trainingRows!);
  t.deepEqual(summary.earlyStopping, {
    metric: 'logLoss',
    patience: 3,
    stoppedAt: { epoch: last.epoch, step: last.step },
    isBestInPlace: true,
  });
  t.deepEqual(summary.best, { epoch: best.epoch, step: best.step, metric: 'logLoss', value: best.metrics.logLoss });
  t.deepEqual([summary.validation, summary.validatedAt], [best.metrics, { epoch: best.epoch, step: best.step }]);
  // Each that was better than all before it.
  t.deepEqual(
    validations.map(({ isBest }) => isBest),
    losses.map((loss, i) => losses.slice(0, i).every((before) => loss < before)),
  );
});

test('early stopping within an epoch does not count it, unless it was at its last step', async (t) => {
  const stopping = earlyStopping({ metric: 'logLoss', patience: 3, minDelta: 10 });
  for (const [everySteps, epochs, stoppedAt] of [
    // The first is the best, the fourth stops; the end of an epoch of 11 steps is validated, too.
    [5, 1, { epoch: 2, step: 15 }],
    [4, 1, { epoch: 2, step: 12 }],
    [11, 4, { epoch: 4, step: 44 }],
  ] as const) {
    const directory = await temporaryFolder(t);
    const given = { ...small, epochs: 9, sinks: small.sinks, earlyStopping: stopping, validateEverySteps: everySteps };
    const summary = await train(given, { directory });
    t.like(summary, { epochs, steps: stoppedAt.step, best: { step: everySteps } });
    t.deepEqual(summary.earlyStopping?.stoppedAt, stoppedAt);
    t.is(endsOf(await eventsIn(directory)).length, epochs);
    // The last checkpoint holds the best parameters, though no step and no validation came after them.
    const { metrics } = await evaluateModel(await loadTrained(`${summary.checkpoint}`, given), 'validation');
    t.deepEqual(metrics, summary.validation);
    const again = await train(given, { directory, resume: true });
    t.deepEqual([again.epochs, again.steps, again.earlyStopping], [epochs, summary.steps, summary.earlyStopping]);
  }
});

test('a run that is interrupted keeps its latest parameters and scores, and tells the best so far', async (t) => {
  const given = { ...small, epochs: 9, earlyStopping: earlyStopping({ metric: 'logLoss', patience: 9, minDelta: 10 }) };
  const { pipeline, signal } = stoppedAt(given, 25);
  const summary = await train(pipeline, { directory: await temporaryFolder(t), signal });
  t.like(summary, {
    outcome: 'interrupted',
    epochs: 2,
    lossEpoch: 3,
    validatedAt: { epoch: 2, step: 22 },
    best: { epoch: 1, step: 11 },
    earlyStopping: { stoppedAt: null, isBestInPlace: false },
  });
});

test('without early stopping the best validation is told by the first metric', async (t) => {
  const directory = await temporaryFolder(t);
  const { best, validatedAt } = await train({ ...small, epochs: 6 }, { directory });
  const validations = (await eventsIn(directory)).filter((event) => event.kind === 'validation');
  const most = Math.max(...validations.map(({ metrics }) => metrics.auc));
  const first = validations.find(({ metrics }) => metrics.auc === most)!;
  t.deepEqual(best, { epoch: first.epoch, step: first.step, metric: 'auc', value: most });
  t.is(validatedAt?.epoch, 6);
});
