import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { log } from '../../src/sink/log.ts';
import { createLogger, type TextStream } from '../../src/sink/logger.ts';
import type { Sink } from '../../src/types.ts';
import { findingEvent, makeRun, reportEvent, sinkLaws, stepEvent, validationEvent } from './sinkLaws.ts';

/** A stream that keeps what it is given. */
function keeping(isTTY: boolean): TextStream & { text: string } {
  return {
    isTTY,
    text: '',
    write(text) {
      this.text += text;
    },
  };
}

/** The sink with a stream whose text lies in the run's folder when it is closed, for the laws to find. */
function intoFolder(): Sink {
  const destination = keeping(false);
  const sink = log({ everyMs: 0, destination });
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

sinkLaws(test, 'log', {
  make: intoFolder,
  async written(directory) {
    const lines = (await readFile(join(directory, 'log'), 'utf8')).trimEnd().split('\n');
    return lines.map((line) => {
      const { kind, step } = JSON.parse(line);
      return { kind, step };
    });
  },
  expected: (events) => events.flatMap(({ kind, step }) => (kind === 'step' ? [] : [{ kind, step }])),
});

test('logs the first report, then no more until it is time, and each validation', async (t) => {
  const destination = keeping(false);
  const writer = await log({ everyMs: 1e9, destination }).open(await makeRun(t));
  for (const event of [reportEvent(1), reportEvent(2), validationEvent(2), validationEvent(3)]) writer.write(event);
  const lines = destination.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.deepEqual(
    lines.map(({ msg }) => msg),
    [
      'epoch 1, step 1: loss 1, 1000 rows/s, gradient 1.500, 75 % training, 13 % waiting for data, 13 % waiting for sinks, 5 rows left out',
      'epoch 1, validation: auc 0.7500 (constant 0.5000), logLoss 0.5000 (constant 0.6250)',
      'epoch 1, validation: auc 0.7500 (constant 0.5000), logLoss 0.5000 (constant 0.6250)',
    ],
  );
  t.is(lines[0].name, 'test');
  t.is(lines[0].memoryBytes, 5e9);
});

test('writes a line for people on a terminal, over a progress bar', async (t) => {
  const destination = keeping(true);
  const writer = await log({ everyMs: 0, destination }).open(await makeRun(t));
  writer.write(stepEvent(1));
  t.is(destination.text, '');
  writer.write(reportEvent(1));
  t.true(destination.text.startsWith('\r\x1b[K['));
  t.regex(
    destination.text,
    /epoch 1, step 1: loss 1, 1000 rows\/s, gradient 1\.500, 75 % training, 13 % waiting for data, 13 % waiting for sinks, 5 rows left out\S*\n$/,
  );
  t.false(destination.text.includes('{'));
});

test('warns of a finding, and says what to try', async (t) => {
  const destination = keeping(false);
  const writer = await log({ everyMs: 1e9, destination }).open(await makeRun(t));
  writer.write(reportEvent(200));
  writer.write(findingEvent(200));
  const { level, illness, msg } = JSON.parse(destination.text.trimEnd().split('\n')[1]);
  t.deepEqual(
    { level, illness, msg },
    {
      level: 40,
      illness: 'deadUnits',
      msg: 'epoch 1, step 200: 2.relu: 3 of 4 units are dead. Lower the learning rate',
    },
  );
});

test('logs at the level that is asked for', (t) => {
  const destination = keeping(false);
  const logger = createLogger({ level: 'warn', destination });
  logger.info('not this');
  logger.warn({ step: 3 }, 'this');
  const { level, step, msg } = JSON.parse(destination.text);
  t.deepEqual({ level, step, msg }, { level: 40, step: 3, msg: 'this' });
});

test('refuses a negative time', (t) => {
  t.throws(() => log({ everyMs: -1 }), { name: 'OptionError', message: /^log: everyMs: / });
});
