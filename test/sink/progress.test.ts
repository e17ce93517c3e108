import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { reportEvent, stepEvent } from '../../src/laws/madeEvents.ts';
import { makeRun } from '../../src/laws/madeRun.ts';
import { sinkLaws } from '../../src/laws/sinkLaws.ts';
import { progress } from '../../src/sink/progress.ts';
import { renderProgress } from '../../src/sink/renderProgress.ts';
import type { Sink } from '../../src/sink/types.ts';
import { holdTo } from '../holdTo.ts';
import { keeping } from './terminal.ts';

/** The sink on a terminal whose text lies in the run's folder when it is closed, for the laws to find. */
function intoFolder(): Sink {
  const stream = keeping({ isTTY: true });
  const sink = progress({ stream, everyMs: 0 });
  return {
    ...sink,
    async open(run) {
      const writer = await sink.open(run);
      return {
        write: (event) => writer.write(event),
        async close(outcome) {
          await writer.close(outcome);
          await writeFile(join(run.directory, 'terminal'), stream.text);
        },
      };
    },
  };
}

holdTo(
  test,
  sinkLaws('progress', {
    make: intoFolder,
    async written(directory) {
      const drawn = (await readFile(join(directory, 'terminal'), 'utf8')).split('\r\x1b[K');
      return drawn.map((line) => line.slice(0, 4));
    },
    // The last drawing is empty: the line is clean at the end.
    expected: () => ['', ' 50%', '100%', ''],
  }),
);

test('writes nothing where the stream is no terminal', async (t) => {
  const stream = keeping();
  const writer = await progress({ stream, everyMs: 0 }).open(await makeRun(t));
  writer.write(stepEvent(1));
  writer.write(reportEvent(1));
  writer.close({ kind: 'completed' });
  t.is(stream.text, '');
});

test('draws no more often than it is asked to', async (t) => {
  const stream = keeping({ isTTY: true });
  const writer = await progress({ stream, everyMs: 1e9 }).open(await makeRun(t));
  for (const step of [1, 2, 3]) writer.write(stepEvent(step));
  t.is(stream.text.split('\r').length, 2);
});

test('tells the epoch where there are several, and the mean loss of the steps before the first report', async (t) => {
  const stream = keeping({ isTTY: true, columns: 200 });
  const writer = await progress({ stream, everyMs: 0 }).open(await makeRun(t, { epochs: 3, totalRows: 8 }));
  for (const event of [stepEvent(1), stepEvent(2), reportEvent(2), stepEvent(3)]) writer.write(event);
  const drawn = stream.text.split('\r\x1b[K').slice(1);
  for (const line of drawn) t.true(line.startsWith('epoch 1 of 3  '), line);
  t.deepEqual(
    drawn.map((line) => [/\d+%/.exec(line)?.[0], /loss ([\d.]+)/.exec(line)?.[1]]),
    [
      ['25%', '1'],
      ['50%', '0.7500'],
      ['75%', '0.5000'],
    ],
  );
});

test('draws a reading before the first step, and removes it', (t) => {
  const stream = keeping({ isTTY: true });
  const { reading } = progress({ stream, everyMs: 0 });
  reading?.({ what: 'fitting', rows: 1000, totalRows: 4000 });
  reading?.({ what: 'fitting', rows: 2000, totalRows: undefined });
  reading?.(undefined);
  const [, first, second, last] = stream.text.split('\r\x1b[K');
  t.regex(first, /^fitting {2}25% {2}█+░+ {2}1000 rows$/);
  t.regex(second, /^fitting {2}2000 rows {2}\S+ rows\/s$/);
  t.is(last, '');
});

for (const word of ['json', 'quiet', 'json,quiet']) {
  test.serial(`draws nothing where LOG=${word}`, async (t) => {
    process.env.LOG = word;
    t.teardown(() => delete process.env.LOG);
    const stream = keeping({ isTTY: true });
    const sink = progress({ stream, everyMs: 0 });
    sink.reading?.({ what: 'fitting', rows: 1000, totalRows: 4000 });
    sink.reading?.(undefined);
    const writer = await sink.open(await makeRun(t));
    writer.write(stepEvent(1));
    writer.close({ kind: 'completed' });
    t.is(stream.text, '');
  });
}

const half = { rows: 1_426_500, totalRows: 2_853_000, rowsPerSecond: 853_412, loss: 0.51237 };

test('shows percent, bar, rows, throughput, loss and time left', (t) => {
  t.is(renderProgress(half, 80), ' 50%  ████████████░░░░░░░░░░░░░  1.43M rows  853k rows/s  loss 0.5124  2 s left');
  t.true(renderProgress({ ...half, rowsPerSecond: 100 }, 120).endsWith('  3 h 57 min left'));
  t.true(renderProgress({ ...half, rowsPerSecond: 10_000 }, 120).endsWith('  2 min 23 s left'));
});

test('leaves out what does not fit', (t) => {
  t.is(renderProgress(half, 45), ' 50%  1.43M rows  853k rows/s  loss 0.5124');
  t.is(renderProgress(half, 20), ' 50%  1.43M rows');
  t.is(renderProgress(half, 3), '');
  for (let width = 0; width < 200; width++) t.true(renderProgress(half, width).length <= Math.max(0, width - 1));
});

test('shows rows and throughput where the number of rows is not known', (t) => {
  const state = { rows: 12_345, totalRows: undefined, rowsPerSecond: 99, loss: undefined };
  t.is(renderProgress(state, 80), '12k rows  99 rows/s');
});

test('shows the end of a run with no rows, and no more than all of one with more rows than were told', (t) => {
  t.true(renderProgress({ rows: 0, totalRows: 0, rowsPerSecond: undefined, loss: undefined }, 80).startsWith('100%'));
  t.true(renderProgress({ ...half, rows: 3e6 }, 80).endsWith('0 s left'));
});

test('refuses a negative time', (t) => {
  t.throws(() => progress({ everyMs: -1 }), { name: 'OptionError', message: /^progress: everyMs: / });
});
