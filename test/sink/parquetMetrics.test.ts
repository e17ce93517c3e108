import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import test from 'ava';
import { readParquet } from 'parquet-wasm';
import { from, lastValueFrom } from 'rxjs';
import { reportEvent, validationEvent } from '../../src/laws/madeEvents.ts';
import { makeRun } from '../../src/laws/madeRun.ts';
import { sinkLaws } from '../../src/laws/sinkLaws.ts';
import { createFanOut } from '../../src/sink/fanOut.ts';
import { parquetMetrics } from '../../src/sink/parquetMetrics.ts';
import type { Run } from '../../src/sink/types.ts';
import type { TrainingEvent } from '../../src/train/types.ts';
import { holdTo } from '../holdTo.ts';

/** The rows of the file, as parquet-wasm reads them, without the columns that are null. */
async function readRows(directory: string): Promise<Record<string, unknown>[]> {
  const table = tableFromIPC(readParquet(await readFile(join(directory, 'metrics.parquet'))).intoIPCStream());
  return table.toArray().map((row) => {
    const entries = Object.entries(row.toJSON()).filter(([, value]) => value !== null);
    return Object.fromEntries(
      entries.map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
    );
  });
}

async function write(run: Run, events: readonly TrainingEvent[]): Promise<void> {
  const { operator } = createFanOut({ sinks: [parquetMetrics()], run, hold: () => {} });
  await lastValueFrom(from(events).pipe(operator));
}

function rowsOf(events: readonly TrainingEvent[]): unknown[] {
  return events.flatMap((event): unknown[] => {
    if (event.kind === 'step' || event.kind === 'finding') return [];
    if (event.kind !== 'validation') return [{ ...event }];
    const { kind, step, epoch, rows, metrics, baseline } = event;
    return Object.keys(metrics).map((metric) => ({
      kind,
      step,
      epoch,
      rows,
      metric,
      value: metrics[metric],
      baseline: baseline[metric],
    }));
  });
}

holdTo(test, sinkLaws('parquetMetrics', { make: () => parquetMetrics(), written: readRows, expected: rowsOf }));

test('keeps the rows up to the step that a run is resumed at, once each', async (t) => {
  const run = await makeRun(t);
  await write(run, [reportEvent(1), reportEvent(2), validationEvent(2), reportEvent(3)]);
  await write({ ...run, resumedAt: 2 }, [validationEvent(2), reportEvent(4)]);
  t.deepEqual(
    await readRows(run.directory),
    rowsOf([reportEvent(1), reportEvent(2), validationEvent(2), reportEvent(4)]),
  );
});

test('leaves the other file alone where a run writes two', async (t) => {
  const run = await makeRun(t);
  const sinks = [parquetMetrics({ path: 'a.parquet' }), parquetMetrics({ path: 'b.parquet' })];
  const { operator } = createFanOut({ sinks, run, hold: () => {} });
  await lastValueFrom(from([reportEvent(1)]).pipe(operator));
  t.deepEqual((await readdir(run.directory)).sort(), ['a.parquet', 'b.parquet']);
});

test('starts afresh for a run that is not resumed', async (t) => {
  const run = await makeRun(t);
  await write(run, [reportEvent(1)]);
  await write(run, [reportEvent(2)]);
  t.deepEqual(await readRows(run.directory), rowsOf([reportEvent(2)]));
});

test('writes more rows than a row group holds, null for numbers that are not finite, and leaves nothing beside', async (t) => {
  const run = await makeRun(t);
  const events = Array.from({ length: 10_000 }, (_, i) => reportEvent(i + 1));
  await write(run, [...events, { ...reportEvent(10_001), loss: Number.NaN, gradientNorm: Number.POSITIVE_INFINITY }]);
  const rows = await readRows(run.directory);
  t.is(rows.length, 10_001);
  t.deepEqual(rows[9_999], { ...reportEvent(10_000) });
  const { loss, gradientNorm, ...rest } = reportEvent(10_001);
  t.deepEqual(rows[10_000], rest);
  t.deepEqual(run.logged, []);
  t.deepEqual(await readdir(run.directory), ['metrics.parquet']);
});
