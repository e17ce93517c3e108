import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { files, parquet } from '../../src/index.ts';
import { loadModel } from '../../src/model.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { ask, served } from './served.ts';

const row = { a: 0.5, b: null, color: 'red', id: 7, note: 'passed over' };

async function rowsIn(folder: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  const source = files(`${folder}/*.parquet`, (path) => parquet(path));
  for await (const { records } of source.open({ signal: new AbortController().signal })) {
    for (const each of records) rows.push({ ...each?.toJSON() });
  }
  return rows;
}

test('requests and answers stand in Parquet files, with the version that answered and the columns that are kept', async (t) => {
  const directory = join(await temporaryFolder(t), 'asked');
  const { server, folder } = await served(t, { requestLog: { directory, keep: ['id', 'order'] } });
  const other = { ...row, a: -1, color: 'never seen', order: 'x-1' };
  await ask(server, '/models/late/predict', [row, other]);
  await ask(server, '/models/kind/predict', row);
  t.is((await ask(server, '/models/late/predict', { a: 1 })).status, 422);
  await server.close();
  t.deepEqual({ ...server.logged }, { written: 3, dropped: 0, deletedParts: 0 });
  const model = await loadModel(join(folder, 'late'));
  const predictions = model.predictRows([row, other]);
  const rows = await rowsIn(join(directory, 'late'));
  t.deepEqual(
    rows.map(({ served_at, ...rest }) => rest),
    [row, other].map(({ a, b, color }, i) => ({
      served_role: 'answer',
      served_version: model.hash.slice(0, 16),
      a,
      b,
      color,
      id: '7',
      order: i === 0 ? null : 'x-1',
      served_predicted: predictions[i]!.predicted,
      served_probability: predictions[i]!.probability,
    })),
  );
  const [ofKind] = await rowsIn(join(directory, 'kind'));
  const sum = ['x', 'y', 'z'].reduce((all, each) => all + (ofKind?.[`served_probability_${each}`] as number), 0);
  t.true(Math.abs(sum - 1) < 1e-6);
});

test('parts have the rows that they may have, and the oldest go when the folder is full; other files stay', async (t) => {
  const directory = await temporaryFolder(t);
  await mkdir(join(directory, 'late'));
  const mine = join(directory, 'late', 'mine.parquet');
  await writeFile(mine, 'not of the log');
  const { server, log } = await served(t, { requestLog: { directory, partRows: 1, mostBytes: 1 } });
  const many = Array.from({ length: 3 }, (_, i) => ({ ...row, a: i }));
  for (const each of many) {
    await ask(server, '/models/late/predict', each);
    await ask(server, '/models/kind/predict', each);
  }
  await server.close();
  const names = (await readdir(join(directory, 'late'))).concat(await readdir(join(directory, 'kind')));
  t.is(names.length, 2);
  t.is(await readFile(mine, 'utf8'), 'not of the log');
  t.true(server.logged!.deletedParts >= 1);
  t.is(server.logged!.written, 6);
  t.true(log.some((line) => /^warn: .* is full: its \d+ oldest parts were deleted/.test(line)));
});

test('what comes faster than it can be written, or cannot be written at all, is counted, and the answers are the same', async (t) => {
  const directory = await temporaryFolder(t);
  const { server, log } = await served(t, { requestLog: { directory, queueRows: 2 } });
  t.is((await ask(server, '/models/late/predict', [row, row, row])).status, 200);
  t.is(server.logged!.dropped, 3);
  t.deepEqual(log, ['warn: requests come faster than they can be written down: some are not']);
  await rm(directory, { recursive: true });
  await writeFile(directory, 'in the way');
  t.is((await ask(server, '/models/late/predict', [row, row])).status, 200);
  await server.close();
  t.deepEqual({ ...server.logged }, { written: 0, dropped: 5, deletedParts: 0 });
  t.regex(log[1]!, /^error: 2 requests could not be written down: /);
});

test('a log that cannot be is refused before anything is served', async (t) => {
  const directory = join(await temporaryFolder(t), 'file');
  await writeFile(directory, 'in the way');
  await t.throwsAsync(served(t, { requestLog: { directory } }), {
    message: /serve: requestLog: directory: expected a folder that can be written to/,
  });
  await t.throwsAsync(served(t, { requestLog: { directory, keep: ['served_at'] } }), {
    message: /expected columns whose names do not begin with served_, as those of the log do, got served_at/,
  });
});
