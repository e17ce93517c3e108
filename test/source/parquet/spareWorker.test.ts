import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import test from 'ava';
import { read } from '../../../src/laws/readSource.ts';
import { parquet } from '../../../src/source/parquet/parquet.ts';
import { endSpare } from '../../../src/source/parquet/spareWorker.ts';
import { smallRows, writeSmall } from './parquetFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-source-'));
const [small, other, damaged] = ['small', 'other', 'damaged'].map((name) => join(folder, `${name}.parquet`));
test.before(async () => {
  await writeSmall(small);
  await writeSmall(other);
  const bytes = await readFile(small);
  // The first page, not the footer.
  bytes.fill(0xff, 4, 200);
  await writeFile(damaged, bytes);
});
test.after.always(() => rm(folder, { recursive: true, force: true }));

/** The threads that are started while something is done. */
async function startedBy(action: () => Promise<unknown>): Promise<Worker[]> {
  const workers: Worker[] = [];
  const see = (worker: Worker) => workers.push(worker);
  process.on('worker', see);
  await action().finally(() => process.off('worker', see));
  return workers;
}

// Each test has a limit of its own, so that none is given the thread of the one before.
test.serial('one thread reads the footer, the rows, and another file', async (t) => {
  const workers = await startedBy(async () => {
    for (const file of [small, other, small]) {
      const source = parquet(file, { memoryMB: 301 });
      t.is(await source.rows(), smallRows.length);
      t.is((await read(source)).rows.length, smallRows.length);
    }
  });
  t.is(workers.length, 1);
});

test.serial('files that are read at the same time have a thread each, of which one is kept', async (t) => {
  const sources = [small, other].map((file) => parquet(file, { memoryMB: 302 }));
  const workers = await startedBy(() => Promise.all(sources.map((source) => read(source))));
  t.true(workers.length >= 2);
  const more = await startedBy(() => sources[0].schema());
  t.is(more.length, 0);
});

test.serial('a decoder with another limit of memory has another thread', async (t) => {
  const workers = await startedBy(async () => {
    await parquet(small, { memoryMB: 303 }).schema();
    await parquet(small, { memoryMB: 304 }).schema();
  });
  t.is(workers.length, 2);
});

test.serial('a thread whose decoder has failed, or that is left in the middle, is not used again', async (t) => {
  await t.throwsAsync(read(parquet(damaged, { memoryMB: 305 })), { name: 'SourceError' });
  const source = parquet(small, { memoryMB: 305, batchRows: 4 });
  const afterFailure = await startedBy(() => source.schema());
  t.is(afterFailure.length, 1);
  for await (const _ of source.open({ signal: new AbortController().signal })) break;
  const afterBreak = await startedBy(() => read(source));
  t.is(afterBreak.length, 1);
});

test.serial('a thread that is kept can be ended at once', async (t) => {
  const source = parquet(small, { memoryMB: 307 });
  const [worker] = await startedBy(() => source.schema());
  const exited = once(worker, 'exit');
  endSpare();
  t.is((await startedBy(() => read(source))).length, 1);
  await exited;
});

test.serial('a thread that nobody wants any more ends', async (t) => {
  const [worker] = await startedBy(() => parquet(small, { memoryMB: 306 }).schema());
  // Nothing of what is waited for holds the process up, as it should be.
  const holding = setInterval(() => {}, 1000);
  const [code] = await once(worker, 'exit').finally(() => clearInterval(holding));
  t.is(code, 1);
});

test.serial('a thread whose reading is given up when it has done its task is not kept', async (t) => {
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  let turns = 0;
  for (let isRead = false; !isRead; turns++) {
    const source = parquet(small, { memoryMB: 308 });
    const stop = new AbortController();
    // The footer is the last that the thread has to say; what follows is read without it.
    process.once('worker', (worker) =>
      worker.on('message', async ({ kind }) => {
        if (kind !== 'footer') return;
        for (let i = 0; i < turns; i++) await turn();
        stop.abort();
      }),
    );
    isRead = await source.schema(stop.signal).then(
      () => true,
      () => false,
    );
    t.is((await startedBy(() => source.schema())).length, isRead ? 0 : 1, `after ${turns} turns`);
    endSpare();
  }
  t.true(turns > 1);
});
