import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Table, vectorFromArray } from 'apache-arrow';
import test, { type ExecutionContext } from 'ava';
import { loadCheckpoint } from '../../../src/checkpoint/loadCheckpoint.ts';
import {
  adam,
  binary,
  binaryCrossEntropy,
  type CsvOptions,
  checkpoint,
  csv,
  definePipeline,
  dense,
  embedding,
  files,
  filterRows,
  jsonLines,
  limit,
  memory,
  numeric,
  oneHot,
  type Pipeline,
  parquet,
  relu,
  type Source,
  train,
} from '../../../src/index.ts';
import type { SavedState } from '../../../src/model/types.ts';
import { evaluateModel, loadTrained } from '../../../src/operators.ts';
import { writeParquet } from '../../source/parquet/writeParquet.ts';
import { temporaryFolder } from '../run.ts';

/** Rows with numbers, codes that are not numbers, and a column that is mostly empty. */
const rows = Array.from({ length: 120 }, (_, i) => ({
  a: i % 9 === 4 ? null : (i % 13) / 2,
  zip: `${i % 5 === 3 ? '0' : '1'}${i % 4}`,
  note: i % 6 === 0 ? `n${i % 3}` : null,
  y: (i * 7) % 5 > 2 ? 1 : 0,
}));
type Row = { readonly [Key in keyof (typeof rows)[number]]: (typeof rows)[number][Key] | number | null };
const keys = ['a', 'zip', 'note', 'y'] as const;

function text(all: readonly Row[], { delimiter = ',', missing = '' } = {}): string {
  const lines = all.map((row) => keys.map((key) => row[key] ?? (key === 'a' ? missing : '')).join(delimiter));
  return `${[keys.join(delimiter), ...lines].join('\n')}\n`;
}

const pipelineOver = (source: Source): Pipeline =>
  definePipeline({
    name: 'alike',
    source,
    features: { a: numeric(), zip: oneHot(), note: embedding(2) },
    target: binary('y'),
    batch: 16,
    epochs: 3,
    network: [dense(4), relu(), dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: adam({ learningRate: 1e-2 }),
    sinks: [checkpoint({ everySteps: 100 })],
    seed: 1,
  });

async function trained(t: ExecutionContext, source: (folder: string) => Source | Promise<Source>) {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'train.csv'), text(rows, { delimiter: ';', missing: '-999' }));
  const pipeline = pipelineOver(await source(folder));
  const summary = await train(pipeline, { directory: join(folder, 'run') });
  return { folder, pipeline, path: join(folder, 'run', 'checkpoints', `${summary.checkpoint}`.split('/').at(-1)!) };
}

/** What a model says of rows: the same numbers, wherever they are read. */
async function scoreOf(path: string, pipeline: Pipeline, options: Parameters<typeof loadTrained>[2]) {
  const lines: string[] = [];
  const model = await loadTrained(path, pipeline, {
    engine: 'reference',
    tell: (line) => lines.push(line),
    ...options,
  });
  const { rows, metrics, missing, unseen } = await evaluateModel(model, 'all');
  return { rows, logLoss: metrics.logLoss, missing, unseen, lines, source: model.pipeline.source };
}

const options: CsvOptions = { delimiter: ';', nulls: ['', '-999'] };
const semi = (folder: string) => csv(join(folder, 'train.csv'), options);

test('a file is read as the source of the pipeline reads, whatever is done to its rows', async (t) => {
  const { folder, path, pipeline } = await trained(t, semi);
  const file = join(folder, 'train.csv');
  const own = await scoreOf(path, pipeline, { source: pipeline.source });
  t.like(own, { rows: 120, missing: 113, unseen: 0 });
  for (const source of [
    pipeline.source,
    files(file, (path) => csv(path, options)),
    filterRows(pipeline.source, ['y'], () => true),
    limit(pipeline.source, 3),
  ]) {
    const named = await scoreOf(path, { ...pipeline, source }, { file });
    t.like(named, { rows: 120, missing: 113, unseen: 0, logLoss: own.logLoss }, source.name);
  }
});

test('a few rows have the types of all', async (t) => {
  const { folder, path, pipeline } = await trained(t, semi);
  const few = rows.filter((row) => row.zip[0] === '1' && Number.isInteger(row.a) && row.note === null).slice(0, 6);
  t.true(few.length === 6 && new Set(few.map(({ y }) => y)).size === 2);
  const file = join(folder, 'few.csv');
  // All numbers are whole, no code has a zero before it, and a column is empty.
  await writeFile(file, text(few, { delimiter: ';' }));
  const told = await csv(file, options).schema();
  t.is(`${told.fields.map(({ type }) => type)}`, 'Int64,Int64,Null,Int64');
  const memoryOf = await scoreOf(path, pipeline, { source: memory(few.map((row) => ({ ...row }))) });
  const named = await scoreOf(path, pipeline, { file });
  t.like(named, { rows: 6, missing: 6, unseen: 0, logLoss: memoryOf.logLoss });
  t.is(
    (await scoreOf(path, pipeline, { file, reading: { options: { types: { a: 'float64' } } } })).logLoss,
    named.logLoss,
  );
  // The other way round: whole numbers were trained on.
  await writeFile(
    file,
    text(
      few.map((row) => ({ ...row, y: row.y, a: 2.5 })),
      { delimiter: ';' },
    ),
  );
  t.is((await scoreOf(path, pipeline, { file })).rows, 6);
});

test('the checkpoint holds how its rows were read, and the types of the columns that were', async (t) => {
  const { path } = await trained(t, semi);
  const { state } = await loadCheckpoint(path);
  const { reading, types } = state as unknown as SavedState;
  t.deepEqual(reading, { format: 'csv', options: { delimiter: ';', nulls: ['', '-999'] } });
  t.deepEqual(types, { a: 'float64', zip: 'string', note: 'string', y: 'int64' });
});

test('a file of another format is read by that, with the types of the model', async (t) => {
  const { folder, path, pipeline } = await trained(t, semi);
  const own = await scoreOf(path, pipeline, { source: pipeline.source });
  const table = new Table(Object.fromEntries(keys.map((key) => [key, vectorFromArray(rows.map((row) => row[key]))])));
  await writeFile(join(folder, 'rows.parquet'), writeParquet(table));
  await writeFile(join(folder, 'rows.ndjson'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  for (const name of ['rows.parquet', 'rows.ndjson']) {
    const named = await scoreOf(path, pipeline, { file: join(folder, name) });
    t.like(named, { rows: 120, missing: 113, unseen: 0, logLoss: own.logLoss }, name);
  }
  // Trained on Parquet, whose types are its own, and used on a few lines of text.
  const other = await trained(t, async (folder) => {
    await writeFile(join(folder, 'rows.parquet'), writeParquet(table));
    return parquet(join(folder, 'rows.parquet'));
  });
  const file = join(other.folder, 'few.csv');
  await writeFile(file, text(rows.filter(({ zip, note }) => zip[0] === '1' && note === null)));
  t.like(await scoreOf(other.path, other.pipeline, { file }), { unseen: 0 });
});

test('lines of JSON in which no row has a key are read, and a line says so', async (t) => {
  const { folder, path, pipeline } = await trained(t, async (folder) => {
    const file = join(folder, 'rows.ndjson');
    await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return jsonLines(file);
  });
  const file = join(folder, 'few.ndjson');
  await writeFile(
    file,
    rows
      .slice(1, 5)
      .map(({ note: _, ...row }) => `${JSON.stringify(row)}\n`)
      .join(''),
  );
  const { rows: count, missing, lines } = await scoreOf(path, pipeline, { file });
  t.deepEqual([count, missing], [4, 5]);
  t.is(lines.length, 1);
  t.regex(lines[0]!, /few\.ndjson: note is in none of the first rows: its values are taken to be missing/);
});

test('says so where the source of the pipeline reads otherwise than it did when the model was trained', async (t) => {
  const { folder, path, pipeline } = await trained(t, semi);
  const file = join(folder, 'train.csv');
  const now = { ...pipeline, source: csv(file, { delimiter: ';' }) };
  t.deepEqual((await scoreOf(path, now, { file })).lines, [
    `csv ${file}: the source of the pipeline reads csv { delimiter: ';' }; when the model was trained it read csv { delimiter: ';', nulls: ['', '-999'] }`,
  ]);
  t.deepEqual((await scoreOf(path, pipeline, { file })).lines, []);
  t.deepEqual((await scoreOf(path, pipeline, { file, reading: { options: { nulls: ['', '-999', 'x'] } } })).lines, []);
});
