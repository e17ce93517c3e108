import { join } from 'node:path';
import test from 'ava';
import {
  adam,
  checkpoint,
  definePipeline,
  dense,
  files,
  meanSquaredError,
  memory,
  numeric,
  oneHot,
  parquet,
  regression,
  type Source,
  train,
} from '../../src/index.ts';
import { type JoinCounts, joinLabels } from '../../src/serve.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { ask, served } from './served.ts';

const { signal } = new AbortController();

async function rowsOf(source: Source, columns?: readonly string[]): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const { records, selected } of source.open({ signal, ...(columns && { columns }) })) {
    const all = records.toArray().map((row) => ({ ...row.toJSON() }));
    rows.push(...(selected ? Array.from(selected, (row) => all[row]) : all));
  }
  return rows;
}

const log = memory([
  { id: '1', x: 1, served_role: 'answer' },
  { id: '2', x: 2, served_role: 'answer' },
  { id: '1', x: 1, served_role: 'shadow' },
  { id: null, x: 3, served_role: 'answer' },
  { id: '4', x: 4, served_role: 'answer' },
  { id: '1', x: 5, served_role: 'answer' },
]);

test('each row of the log that has a label comes with it, in the order of the log', async (t) => {
  const at = new Date('2026-01-31T12:00:00Z');
  const labels = memory([
    { id: 1, late: true, at },
    { id: 9, late: false, at: null },
    { id: 4, late: null, at },
    { id: 1, late: true, at },
  ]);
  let counts: JoinCounts | undefined;
  const joined = joinLabels(log, labels, {
    on: ['id'],
    onJoined(found) {
      counts = found;
    },
  });
  t.deepEqual(
    (await joined.schema()).fields.map(({ name }) => name),
    ['id', 'x', 'served_role', 'late', 'at'],
  );
  t.deepEqual(await rowsOf(joined, ['late', 'x', 'at']), [
    { late: true, x: 1, at: at.getTime() },
    { late: null, x: 4, at: at.getTime() },
    { late: true, x: 5, at: at.getTime() },
  ]);
  t.deepEqual(counts, { joined: 3, withoutLabel: 2, unusedLabels: 1 });
  t.deepEqual(await rowsOf(joinLabels(log, labels, { on: ['id'], labels: ['late'] }), ['late']), [
    { late: true },
    { late: null },
    { late: true },
  ]);
});

test('several columns make a key together', async (t) => {
  const asked = memory([
    { a: 'x', b: 1, n: 0 },
    { a: 'x1', b: 1, n: 1 },
    { a: 'x', b: 11, n: 2 },
  ]);
  const labels = memory([
    { a: 'x', b: 11, y: 7 },
    { a: 'x1', b: 1, y: 8 },
  ]);
  t.deepEqual(await rowsOf(joinLabels(asked, labels, { on: ['a', 'b'] }), ['n', 'y']), [
    { n: 1, y: 8 },
    { n: 2, y: 7 },
  ]);
});

test('what makes no sense is refused by name', async (t) => {
  const refused = (labels: Source, on = ['id']) => rowsOf(joinLabels(log, labels, { on }));
  const twice = memory([
    { id: 1, late: true },
    { id: 1, late: false },
  ]);
  await t.throwsAsync(refused(twice), {
    message: /memory rows: id '1': expected one late for each, got true and false/,
  });
  await t.throwsAsync(refused(memory([{ id: 'x', late: true }])), {
    message: /expected rows whose id has a label, got none of 5: '1' is asked, 'x' has a label/,
  });
  await t.throwsAsync(refused(memory([{ id: 1, x: 1 }])), {
    message: /expected labels that are not called as columns of the log, got x/,
  });
  await t.throwsAsync(refused(memory([{ id: 1 }])), { message: /expected columns beside id, got none/ });
  await t.throwsAsync(refused(memory([{ ident: 1, late: true }])), { message: /id/ });
});

test('what a server was asked trains the next model, of the same columns', async (t) => {
  const directory = await temporaryFolder(t);
  const { server } = await served(t, { requestLog: { directory: join(directory, 'asked'), keep: ['id'] } });
  const asked = Array.from({ length: 40 }, (_, id) => ({ a: Math.sin(id), b: id % 7, color: 'red', id }));
  await ask(server, '/models/price/predict', asked);
  await server.close();
  const labels = memory(asked.filter(({ id }) => id % 2 === 0).map(({ id, a }) => ({ id, price: 10 * a })));
  const source = joinLabels(
    files(join(directory, 'asked/price/*.parquet'), (path) => parquet(path)),
    labels,
    { on: ['id'] },
  );
  const pipeline = definePipeline({
    name: 'next',
    source,
    features: { a: numeric(), b: numeric({ missing: 'mean' }), color: oneHot() },
    target: regression('price'),
    batch: 4,
    network: [dense(1)],
    loss: meanSquaredError(),
    optimizer: adam({ learningRate: 1e-2 }),
    epochs: 2,
    sinks: [checkpoint()],
  });
  const { steps } = await train(pipeline, { directory: join(directory, 'run'), log() {} });
  t.is(steps, (20 / 4) * 2);
});
