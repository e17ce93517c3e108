import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { from, lastValueFrom } from 'rxjs';
import { reportEvent, validationEvent } from '../../src/laws/madeEvents.ts';
import { makeRun } from '../../src/laws/madeRun.ts';
import { sinkLaws } from '../../src/laws/sinkLaws.ts';
import { createFanOut } from '../../src/sink/fanOut.ts';
import { ndjsonMetrics } from '../../src/sink/ndjsonMetrics.ts';
import type { Run } from '../../src/sink/types.ts';
import type { TrainingEvent } from '../../src/train/types.ts';
import { holdTo } from '../holdTo.ts';

async function readLines(directory: string): Promise<unknown[]> {
  const text = await readFile(join(directory, 'metrics.ndjson'), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

async function write(run: Run, events: readonly TrainingEvent[]): Promise<void> {
  const { operator } = createFanOut({ sinks: [ndjsonMetrics()], run, hold: () => {} });
  await lastValueFrom(from(events).pipe(operator));
}

holdTo(
  test,
  sinkLaws('ndjsonMetrics', {
    make: () => ndjsonMetrics(),
    written: readLines,
    expected: (events) => events.filter(({ kind }) => kind !== 'step'),
  }),
);

test('keeps the lines up to the step that a run is resumed at, once each, and drops one that was cut', async (t) => {
  const run = await makeRun(t);
  await write(run, [reportEvent(1), reportEvent(2), validationEvent(2), reportEvent(3)]);
  await appendFile(join(run.directory, 'metrics.ndjson'), '{"kind":"report","step":1,"ro');
  await write({ ...run, resumedAt: 2 }, [validationEvent(2), reportEvent(4)]);
  t.deepEqual(await readLines(run.directory), [reportEvent(1), reportEvent(2), validationEvent(2), reportEvent(4)]);
});

test('starts afresh for a run that is not resumed', async (t) => {
  const run = await makeRun(t);
  await write(run, [reportEvent(1)]);
  await write(run, [reportEvent(2)]);
  t.deepEqual(await readLines(run.directory), [reportEvent(2)]);
});

test('has written a line when the event has passed', async (t) => {
  const run = await makeRun(t);
  const writer = await ndjsonMetrics({ path: 'deep/er/lines.ndjson' }).open(run);
  writer.write(reportEvent(1));
  t.deepEqual(JSON.parse(await readFile(join(run.directory, 'deep/er/lines.ndjson'), 'utf8')), reportEvent(1));
  await writer.close({ kind: 'completed' });
});
