import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { epochEvent, findingEvent, reportEvent, stepEvent, validationEvent } from '../../src/laws/madeEvents.ts';
import { makeRun } from '../../src/laws/madeRun.ts';
import { sinkLaws } from '../../src/laws/sinkLaws.ts';
import { log } from '../../src/sink/log.ts';
import { createLogger } from '../../src/sink/logger.ts';
import type { Run, Sink } from '../../src/sink/types.ts';
import type { EpochEnd, TrainingEvent, Validation } from '../../src/train/types.ts';
import { holdTo } from '../holdTo.ts';
import { keeping } from './terminal.ts';

/** The sink with a stream whose text lies in the run's folder when it is closed, for the laws to find. */
function intoFolder(pretty: boolean): Sink {
  const destination = keeping();
  const sink = log({ everyMs: 0, destination, pretty });
  return {
    ...sink,
    async open(run) {
      const writer = await sink.open(run);
      return {
        write: (event) => writer.write(event),
        async close(outcome) {
          await writer.close(outcome);
          await writeFile(join(run.directory, 'log'), destination.text);
        },
      };
    },
  };
}

async function linesIn(directory: string): Promise<string[]> {
  return (await readFile(join(directory, 'log'), 'utf8')).trimEnd().split('\n');
}

holdTo(
  test,
  sinkLaws('log', {
    make: () => intoFolder(false),
    async written(directory) {
      return (await linesIn(directory)).map((line) => {
        const { kind, step } = JSON.parse(line);
        return { kind, step };
      });
    },
    expected: (events) => events.flatMap(({ kind, step }) => (kind === 'step' ? [] : [{ kind, step }])),
  }),
);

holdTo(
  test,
  sinkLaws('log as text', {
    make: () => intoFolder(true),
    written: async (directory) => (await linesIn(directory)).map((line) => line.slice('00:00:00 '.length)),
    expected: () => [
      'epoch 1 of 1, step 1: loss 1, 1000 rows/s, 50 % done, 1 s left, 5 rows left out',
      'warning: epoch 1, step 2: 2.relu: 3 of 4 units are dead. Lower the learning rate',
      'epoch 1 of 1, step 2: loss 0.5000, 1000 rows/s, 100 % done, 0 s left, 5 rows left out',
      'epoch 1 of 1: loss 0.7500, logLoss 0.5000, auc 0.7500, 1000 rows/s, 0.5 s, the best so far',
    ],
  }),
);

/** Shows events to the sink, and closes it. */
async function shown(
  t: Parameters<typeof makeRun>[0],
  options: Parameters<typeof log>[0],
  events: readonly TrainingEvent[],
  changes: Partial<Run> = {},
) {
  const writer = await log(options).open(await makeRun(t, changes));
  for (const event of events) writer.write(event);
  await writer.close({ kind: 'completed' });
}

test('logs no report before its time, but each validation and each epoch', async (t) => {
  const destination = keeping();
  await shown(t, { everyMs: 1e9, destination, pretty: true }, [
    ...[reportEvent(1), stepEvent(1), reportEvent(2), stepEvent(2), validationEvent(2), epochEvent(2)],
    ...[reportEvent(3), { ...validationEvent(3), epoch: 2, isBest: false }, stepEvent(3), stepEvent(4)],
    { ...epochEvent(4), epoch: 2 },
  ]);
  t.deepEqual(destination.lines, [
    'epoch 1 of 1: loss 0.7500, logLoss 0.5000, auc 0.7500, 1000 rows/s, 0.5 s, the best so far',
    'epoch 2 of 1, step 3: logLoss 0.5000, auc 0.7500',
    'epoch 2 of 1: loss 0.7500, 1000 rows/s, 0.5 s',
  ]);
});

test('a step has a line where no report comes in time, with the mean loss since the last line', async (t) => {
  const destination = keeping();
  const writer = await log({ everyMs: 1e-6, destination, pretty: false }).open(await makeRun(t));
  for (const step of [1, 2]) writer.write(stepEvent(step));
  const [first, second] = destination.lines.map((line) => JSON.parse(line));
  t.like(first, { kind: 'step', step: 1, epoch: 1, rows: 2, loss: 1 });
  t.like(second, { kind: 'step', step: 2, epoch: 1, rows: 4, loss: 0.5 });
  t.regex(first.msg, /^epoch 1 of 1, step 1: loss 1, \S+ rows\/s, 50 % done, \d+ s left$/);
});

test('says what holds a run up, where it is not training', async (t) => {
  const destination = keeping();
  const waiting = { ...reportEvent(1), waitMs: 3, computeMs: 1, sinkMs: 0, bottleneck: 'reading', badRows: 0 } as const;
  await shown(t, { everyMs: 0, destination, pretty: true }, [waiting], { totalRows: undefined });
  t.deepEqual(destination.lines, ['epoch 1 of 1, step 1: loss 1, 1000 rows/s, 75 % waiting for data, 25 % training']);
});

test('JSON has all numbers of an event, the name of the run, and a message', async (t) => {
  const destination = keeping();
  await shown(t, { everyMs: 0, destination, pretty: false }, [reportEvent(1), validationEvent(2), epochEvent(2)]);
  const lines = destination.lines.map((line) => JSON.parse(line));
  t.like(lines[0], { ...reportEvent(1), name: 'test', level: 30 });
  t.like(lines[1], { ...validationEvent(2), msg: 'epoch 1 of 1, step 2: logLoss 0.5000, auc 0.7500, the best so far' });
  t.like(lines[2], { ...epochEvent(2), msg: 'epoch 1 of 1: loss 0.7500, 1000 rows/s, 0.5 s' });
});

/** Four epochs: the first, the second and the last are the best so far; a finding within, and a validation within the third. */
function fourEpochs(): TrainingEvent[] {
  const validation = (step: number, epoch: number, auc: number, isBest: boolean): Validation => ({
    ...validationEvent(step),
    epoch,
    metrics: { auc, logLoss: 1.25, accuracy: 0.00098765, calibrationError: 12345.6 },
    isBest,
  });
  const end = (step: number, epoch: number, seconds: number): EpochEnd => ({
    ...epochEvent(step),
    epoch,
    seconds,
    rowsPerSecond: 949_312,
  });
  return [
    ...[stepEvent(1), reportEvent(1), validation(1, 1, 0.5, true), end(1, 1, 0.042)],
    ...[stepEvent(2), validation(2, 2, 0.75, true), end(2, 2, 3.21)],
    ...[findingEvent(3), stepEvent(3), validation(3, 3, 0.7, false), stepEvent(4)],
    ...[validation(4, 3, 0.74, false), end(4, 3, 83)],
    ...[stepEvent(123_456), validation(123_456, 4, 0.76, true), end(123_456, 4, 7384)],
  ];
}

test('on a terminal each epoch is a line of a table, the best so far marked', async (t) => {
  const destination = keeping({ isTTY: true });
  await shown(t, { everyMs: 0, destination, pretty: true }, fourEpochs(), { metric: 'auc' });
  t.deepEqual(destination.lines, [
    'epoch    step      loss       auc     trend   logLoss  rows/s     time',
    '    1       1    0.7500    0.5000  ▁            1.250    949k    42 ms  best',
    '    2       2    0.7500    0.7500  ▁█           1.250    949k    3.2 s  best',
    'warning: epoch 1, step 3: 2.relu: 3 of 4 units are dead. Lower the learning rate',
    '    3       3              0.7000  ▁█▇          1.250',
    '    3       4    0.7500    0.7400  ▁█▇█         1.250    949k  1 min 23 s',
    '    4  123456    0.7500    0.7600  ▁█▆▇█        1.250    949k  2 h 3 min  best',
  ]);
});

test('the table leaves out what a terminal has no room for', async (t) => {
  for (const columns of [20, 30, 40, 60, 80, 120]) {
    const destination = keeping({ isTTY: true, columns });
    await shown(t, { destination, pretty: true }, fourEpochs().slice(0, 4), { metric: 'auc' });
    const [head, first] = destination.lines;
    t.true(head.length < columns && first.length < columns, `${columns}`);
    t.log(head);
  }
  const wide = keeping({ isTTY: true, columns: 200 });
  await shown(t, { destination: wide, pretty: true }, fourEpochs().slice(0, 4), { metric: 'calibrationError' });
  t.is(
    wide.lines[0],
    'epoch    step      loss  calibrationError     trend       auc   logLoss  accuracy  rows/s     time',
  );
});

test('the table has no more than there is: neither scores without a validation nor a line before the first epoch', async (t) => {
  const destination = keeping({ isTTY: true });
  await shown(t, { destination, pretty: true }, [stepEvent(1), reportEvent(1)]);
  t.is(destination.text, '');
  await shown(t, { destination, pretty: true }, [epochEvent(1)]);
  t.deepEqual(destination.lines, [
    'epoch    step      loss  rows/s     time',
    '    1       1    0.7500    1000    0.5 s',
  ]);
});

test('tells of a long reading before the first step, where nobody draws it', async (t) => {
  const destination = keeping();
  const sink = log({ everyMs: 0, destination, pretty: true });
  sink.reading?.({ what: 'fitting', rows: 10, totalRows: 40 });
  sink.reading?.({ what: 'fitting', rows: 20, totalRows: 40 });
  sink.reading?.({ what: 'fitting', rows: 30_000, totalRows: undefined });
  sink.reading?.(undefined);
  t.deepEqual(destination.lines, ['fitting: 20 rows so far, 50 %', 'fitting: 30k rows so far']);
  const terminal = keeping({ isTTY: true });
  const drawn = log({ everyMs: 0, destination: terminal, pretty: true });
  for (const rows of [10, 20]) drawn.reading?.({ what: 'fitting', rows, totalRows: 40 });
  t.is(terminal.text, '');
});

test('a logger writes text with the time, and JSON where it is asked for', (t) => {
  const text = keeping();
  const logger = createLogger({ destination: text, pretty: true });
  logger('info', 'this', { step: 3 });
  logger('warn', 'that');
  logger('error', 'and that');
  t.regex(text.text, /^\d\d:\d\d:\d\d this\n\d\d:\d\d:\d\d warning: that\n\d\d:\d\d:\d\d error: and that\n$/);
  const dated = keeping();
  createLogger({ destination: dated, pretty: true, dated: true })('info', 'this');
  t.regex(dated.text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z this\n$/);
  const json = keeping();
  createLogger({ destination: json, pretty: false })('warn', 'this', { step: 3 });
  const { level, step, msg } = JSON.parse(json.text);
  t.deepEqual({ level, step, msg }, { level: 40, step: 3, msg: 'this' });
});

test('a terminal gets colours and a clean line, unless NO_COLOR is set; one that is dumb gets plain text', (t) => {
  const written = (env: Readonly<Record<string, string | undefined>>) => {
    const before = { ...process.env };
    for (const [name, value] of Object.entries(env)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    try {
      const destination = keeping({ isTTY: true });
      createLogger({ destination, pretty: true })('warn', 'this');
      return destination.text.replace(/\d\d:\d\d:\d\d/, 'TIME');
    } finally {
      process.env = before;
    }
  };
  const plain = { NO_COLOR: undefined, TERM: 'xterm' };
  t.is(written(plain), '\r\x1b[K\x1b[2mTIME\x1b[0m \x1b[33mwarning:\x1b[0m this\n');
  t.is(written({ ...plain, NO_COLOR: '1' }), '\r\x1b[KTIME warning: this\n');
  t.is(written({ ...plain, TERM: 'dumb' }), 'TIME warning: this\n');
});

test('refuses a negative time, and a negative number of metrics', (t) => {
  t.throws(() => log({ everyMs: -1 }), { name: 'OptionError', message: /^log: everyMs: / });
  t.throws(() => log({ metrics: -1 }), { name: 'OptionError', message: /^log: metrics: / });
});
