import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import test, { type ExecutionContext } from 'ava';
import {
  arrowIpc,
  BadRowFileError,
  badRowFile,
  binary,
  csv,
  DataError,
  jsonLines,
  memory,
  numeric,
  oneHot,
  type Pipeline,
  parquet,
  ResumeError,
  regression,
  repeatSource,
  type Source,
  SourceError,
  skipRows,
  train,
} from '../../../src/index.ts';
import { evaluateModel, loadTrained } from '../../../src/operators.ts';
import { writeSmall } from '../../source/parquet/parquetFile.ts';
import { dirtyCsv, dirtyPipeline, dirtySource } from '../dirty.ts';
import { stoppedAt, temporaryFolder } from '../run.ts';

interface BadRowLine {
  readonly file: string;
  readonly row: number;
  readonly byte?: number;
  readonly reason: string;
  readonly text?: string;
  readonly base64?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The bad rows that a run has written, in the order of the rows. */
async function badRowsIn(directory: string): Promise<BadRowLine[]> {
  const text = await readFile(join(directory, 'bad.ndjson'), 'utf8');
  const written: BadRowLine[] = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return written.sort((a, b) => a.row - b.row);
}

async function dirty(t: ExecutionContext, rows?: number) {
  return dirtySource(join(await temporaryFolder(t), 'dirty.csv'), rows);
}

test('each kind of bad row is left out, counted and written down with its place, reason and text', async (t) => {
  const { source, bad } = await dirty(t);
  const directory = await temporaryFolder(t);
  const summary = await train(dirtyPipeline(source), { directory });
  t.is(summary.badRows, bad.length);
  t.is(summary.rowsRead, 150);
  t.is(summary.badRowFile, join(directory, 'bad.ndjson'));
  t.is(summary.rows / summary.epochs + summary.validationRows, 150 - bad.length);
  const written = await badRowsIn(directory);
  t.deepEqual(
    written.map(({ row }) => row),
    bad.map(({ row }) => row),
  );
  const file = source.name.replace('csv ', '');
  const bytes = await readFile(file);
  for (const [i, { file: named, byte = -1, reason, text, base64, values }] of written.entries()) {
    const line = Buffer.from(bad[i].text);
    t.is(named, file);
    t.regex(reason, bad[i].reason);
    t.deepEqual(bytes.subarray(byte, byte + line.length), line, `at byte ${byte}`);
    if (base64 !== undefined) t.deepEqual(Buffer.from(base64, 'base64'), line);
    else if (text !== undefined) t.is(text, `${bad[i].text}`);
    else t.true(values && 'label' in values, reason);
  }
});

test('a run over a file with bad rows ends with the bits of one over the file without them', async (t) => {
  const folder = await temporaryFolder(t);
  const { bytes, bad } = dirtyCsv(150);
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const isBad = new Set(bad.map(({ row }) => row));
  await writeFile(join(folder, 'dirty.csv'), bytes);
  await writeFile(join(folder, 'clean.csv'), lines.filter((_, i) => !isBad.has(i - 1)).join('\n'), 'latin1');
  const types = { a: 'float64', b: 'float64', color: 'string', label: 'int64' } as const;
  const [left, clean] = await Promise.all(
    ['dirty', 'clean'].map(async (name) =>
      train(dirtyPipeline(csv(join(folder, `${name}.csv`), { types })), { directory: await temporaryFolder(t) }),
    ),
  );
  t.is(left.parametersSha256, clean.parametersSha256);
  t.deepEqual([left.badRows, clean.badRows], [bad.length, 0]);
  t.deepEqual([clean.badRowFile, left.validation], [null, clean.validation]);
});

/** What is told of a run, however often it was broken. */
async function told(
  directory: string,
  { badRows, rowsRead, missing, parametersSha256 }: Awaited<ReturnType<typeof train>>,
) {
  const metrics = (await readFile(join(directory, 'metrics.ndjson'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ kind, step, badRows }) => `${kind} ${step} ${badRows}`);
  const written = await readFile(join(directory, 'bad.ndjson'), 'utf8');
  return { badRows, rowsRead, missing, parametersSha256, metrics, written };
}

const changes: Readonly<Record<string, (pipeline: Pipeline) => Pipeline>> = {
  'shuffled in windows': (pipeline) => pipeline,
  'in one window, kept for the epochs after': (pipeline) => ({ ...pipeline, shuffle: { memoryMB: 1 } }),
  'in the order of the source, read far ahead': (pipeline) => ({ ...pipeline, shuffle: false, ahead: 9 }),
  'shuffled on disk': (pipeline) => ({ ...pipeline, shuffle: { memoryMB: 0.0011, spill: true } }),
  'validated within epochs': (pipeline) => ({ ...pipeline, validateEverySteps: 4 }),
  'without held-out rows': (pipeline) => ({ ...pipeline, split: { validation: 0 } }),
};

for (const [title, change] of Object.entries(changes)) {
  test(`a run that is stopped after any step counts and writes each bad row once: ${title}`, async (t) => {
    t.timeout(240_000);
    const { source, bad } = await dirty(t);
    const make = () => change(dirtyPipeline(source));
    const directory = await temporaryFolder(t);
    const whole = await train(make(), { directory });
    const expected = await told(directory, whole);
    t.is(expected.badRows, bad.length);
    t.is((await badRowsIn(directory)).length, bad.length);
    for (let step = 1; step <= whole.steps; step += step < 12 ? 1 : 5) {
      const directory = await temporaryFolder(t);
      const { pipeline, signal } = stoppedAt(make(), step);
      const stopped = await train(pipeline, { directory, signal });
      const written = existsSync(join(directory, 'bad.ndjson')) ? await badRowsIn(directory) : [];
      t.is(written.length, stopped.badRows, `stopped after step ${step}`);
      const resumed = await train(make(), { directory, resume: true });
      t.deepEqual(await told(directory, resumed), expected, `stopped after step ${step}`);
    }
  });
}

test('a run that is stopped again and again counts and writes each bad row once', async (t) => {
  const { source } = await dirty(t);
  const expected = await temporaryFolder(t);
  const whole = await train(dirtyPipeline(source), { directory: expected });
  const directory = await temporaryFolder(t);
  for (const step of [1, 2, 3, 5, 8, 9, 13]) {
    const { pipeline, signal } = stoppedAt(dirtyPipeline(source), step);
    await train(pipeline, { directory, signal, resume: step > 1 });
  }
  const last = await train(dirtyPipeline(source), { directory, resume: true });
  t.deepEqual(await told(directory, last), await told(expected, whole));
});

test('rows that a source gives again count and are written down once', async (t) => {
  const { source, bad } = await dirty(t);
  const directory = await temporaryFolder(t);
  const summary = await train({ ...dirtyPipeline(repeatSource(source, 3)), epochs: 1 }, { directory });
  t.deepEqual([summary.badRows, summary.rowsRead], [bad.length, 150]);
  t.is((await badRowsIn(directory)).length, bad.length);
  t.is(summary.rows + summary.validationRows, 3 * (150 - bad.length));
});

const dirtyObjects = (rows: number) =>
  Array.from({ length: rows }, (_, i) => ({
    a: (i * 37) % 100,
    b: i % 10 === 3 ? null : i % 9,
    color: i % 2 ? 'red' : 'blue',
    label: i % 10 === 7 ? 2 : i % 3 === 0 ? 1 : 0,
  }));

test('rows of every format are refused when they are encoded, with their number and values', async (t) => {
  const folder = await temporaryFolder(t);
  const rows = dirtyObjects(60);
  const path = (name: string) => join(folder, name);
  const columns = Object.fromEntries(
    (['a', 'b', 'color', 'label'] as const).map((name) => [name, rows.map((row) => row[name])]),
  );
  await writeFile(path('rows.arrow'), tableToIPC(tableFromArrays(columns), 'file'));
  await writeFile(path('rows.ndjson'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeSmall(
    path('rows.parquet'),
    rows.map(({ a, b, color }) => ({ number: a, whole: b === null ? -1 : b, word: color, yes: true })),
  );
  const sources: Readonly<Record<string, Source>> = {
    memory: memory(rows, { batchRows: 7 }),
    arrow: arrowIpc(path('rows.arrow'), { batchRows: 7 }),
    ndjson: jsonLines(path('rows.ndjson'), { batchRows: 7 }),
  };
  const expected = rows.flatMap(({ b, label }, row) => (b === null || label === 2 ? [row] : []));
  for (const [name, source] of Object.entries(sources)) {
    const directory = await temporaryFolder(t);
    const summary = await train(dirtyPipeline(source), { directory });
    const written = await badRowsIn(directory);
    t.deepEqual(
      written.map(({ row }) => row),
      expected,
      name,
    );
    t.is(summary.badRows, expected.length);
    for (const { row, file, values, byte } of written) {
      t.is(file, name === 'memory' ? 'memory rows' : path(`rows.${name}`));
      t.like(values, rows[row], name);
      t.is(byte !== undefined, name === 'ndjson');
    }
  }
  const directory = await temporaryFolder(t);
  const summary = await train(
    {
      ...dirtyPipeline(parquet(path('rows.parquet'))),
      derive: [],
      features: { number: numeric(), word: oneHot() },
      target: binary('whole'),
      badRows: badRowFile('bad.ndjson', { maxShare: 1 }),
    },
    { directory },
  );
  const written = await badRowsIn(directory);
  t.is(summary.badRows, written.length);
  t.deepEqual(
    written.map(({ row, values }) => [row, values?.whole]),
    rows.flatMap(({ b }, row) => (b === 0 || b === 1 ? [] : [[row, b ?? -1]])),
  );
});

test('lines of JSON that are none cost themselves alone', async (t) => {
  const path = join(await temporaryFolder(t), 'rows.ndjson');
  const lines = dirtyObjects(60).map((row) => JSON.stringify({ ...row, b: 1, label: row.a % 2 }));
  const broken = ['{"a":1', '[1]', '"text"', '{"a":"x","b":1,"color":"red","label":0}', '{"a":1,"b":1}}', '{"a":tru}'];
  for (const [i, text] of broken.entries()) lines[3 + 7 * i] = text;
  await writeFile(path, `${lines.join('\n')}\n`);
  const directory = await temporaryFolder(t);
  const summary = await train(dirtyPipeline(jsonLines(path, { types: { a: 'float64' } })), { directory });
  const written = await badRowsIn(directory);
  t.is(summary.badRows, broken.length);
  t.deepEqual(
    written.map(({ row, text }) => [row, text]),
    broken.map((text, i) => [3 + 7 * i, text]),
  );
});

test('by default the first bad row fails the run, as what it is', async (t) => {
  const { source } = await dirty(t);
  const pipeline: Pipeline = { ...dirtyPipeline(source), badRows: 'fail' };
  const error = await t.throwsAsync(train(pipeline, { directory: await temporaryFolder(t) }), {
    instanceOf: SourceError,
  });
  t.regex(error.message, /dirty\.csv, line 6, byte \d+: expected 4 values, one for each column, got 3/);
});

test('skipping counts the same rows and writes none of them', async (t) => {
  const { source, bad } = await dirty(t);
  const directory = await temporaryFolder(t);
  const lines: string[] = [];
  const summary = await train(
    { ...dirtyPipeline(source), badRows: skipRows({ maxShare: 0.2 }) },
    { directory, log: (level, message) => lines.push(`${level}: ${message}`) },
  );
  t.deepEqual([summary.badRows, summary.badRowFile], [bad.length, null]);
  t.false(existsSync(join(directory, 'bad.ndjson')));
  const warnings = lines.filter((line) => line.startsWith('warn: left out'));
  t.is(warnings.length, 1);
  t.regex(warnings[0], /dirty\.csv, row 4, byte \d+: expected 4 values, one for each column, got 3\. Further rows/);
});

test('more bad rows than are allowed of all fail the run, with an example and where the others are', async (t) => {
  const { source } = await dirty(t);
  const directory = await temporaryFolder(t);
  const pipeline: Pipeline = { ...dirtyPipeline(source), badRows: badRowFile('bad.ndjson', { maxShare: 0.1 }) };
  const error = await t.throwsAsync(train(pipeline, { directory }), { instanceOf: DataError });
  t.regex(
    error.message,
    /expected at most 10 % of rows that cannot be used, got \d+ of all 150 \(1\d\.\d %\), such as /,
  );
  t.regex(error.message, /row 4, byte \d+: expected 4 values.*See bad\.ndjson/);
  t.true((await badRowsIn(directory)).length > 15);
});

/** A source of numbered rows, of which some have no label. */
function labelled(
  rows: number,
  isBad: (row: number) => boolean,
): { readonly source: Source; readonly read: () => number } {
  const items = Array.from({ length: rows }, (_, i) => ({ a: i % 10, label: isBad(i) ? null : i % 2 }));
  const inner = memory(items, { batchRows: 100 });
  let read = 0;
  return {
    read: () => read,
    source: {
      ...inner,
      async *open(options) {
        for await (const batch of inner.open(options)) {
          read += batch.records.numRows;
          yield batch;
        }
      },
    },
  };
}

const plain = (source: Source, maxShare: number): Pipeline => ({
  ...dirtyPipeline(source),
  derive: [],
  features: { a: numeric() },
  split: { validation: 0 },
  badRows: skipRows({ maxShare }),
  epochs: 1,
  sinks: [],
  ahead: 1,
});

test('too many bad rows among the first 10,000 fail the run there', async (t) => {
  const { source, read } = labelled(30_000, (row) => row % 10 === 0);
  const error = await t.throwsAsync(train(plain(source, 0.01), { directory: await temporaryFolder(t) }), {
    instanceOf: DataError,
  });
  t.regex(error.message, /got 110 of the first 1100 \(10\.0 %\)/);
  t.is(read(), 1100);
});

test('bad rows that come together at the beginning do not fail a run that has few of them', async (t) => {
  const summary = await train(plain(labelled(20_000, (row) => row < 100).source, 0.01), {
    directory: await temporaryFolder(t),
  });
  t.deepEqual([summary.badRows, summary.rowsRead], [100, 20_000]);
});

test('the first bad row never fails a run on the way, except where none is allowed', async (t) => {
  const one = (row: number) => row === 0;
  const summary = await train(plain(labelled(20_000, one).source, 0.00005), { directory: await temporaryFolder(t) });
  t.is(summary.badRows, 1);
  const { source, read } = labelled(20_000, one);
  await t.throwsAsync(train(plain(source, 0), { directory: await temporaryFolder(t) }), {
    message: /got 1 of the first 100 /,
  });
  t.is(read(), 100);
  await t.throwsAsync(train(plain(labelled(20, one).source, 0.04), { directory: await temporaryFolder(t) }), {
    message: /got 1 of all 20 /,
  });
});

test('a file of bad rows that has gone, or are declared elsewhere, are no ground to resume on', async (t) => {
  const { source } = await dirty(t);
  const directory = await temporaryFolder(t);
  const { pipeline, signal } = stoppedAt(dirtyPipeline(source), 12);
  await train(pipeline, { directory, signal });
  const elsewhere = { ...dirtyPipeline(source), badRows: badRowFile('other.ndjson', { maxShare: 0.5 }) };
  await t.throwsAsync(train(elsewhere, { directory, resume: true }), {
    instanceOf: ResumeError,
    message: /expected badRowFile\("bad\.ndjson"\).*got other\.ndjson/,
  });
  await rm(join(directory, 'bad.ndjson'));
  await t.throwsAsync(train(dirtyPipeline(source), { directory, resume: true }), {
    instanceOf: BadRowFileError,
    message: /expected at least the \d+ bytes that were there at the checkpoint, got none/,
  });
});

test('a run that failed on a bad row goes on when these are allowed', async (t) => {
  const { source } = await dirty(t);
  const directory = await temporaryFolder(t);
  const { pipeline, signal } = stoppedAt({ ...dirtyPipeline(source), badRows: skipRows({ maxShare: 0.5 }) }, 2);
  await train(pipeline, { directory, signal });
  await t.throwsAsync(train({ ...dirtyPipeline(source), badRows: 'fail' }, { directory, resume: true }), {
    instanceOf: SourceError,
  });
  const summary = await train(
    { ...dirtyPipeline(source), badRows: skipRows({ maxShare: 0.5 }) },
    { directory, resume: true },
  );
  t.is(summary.outcome, 'completed');
});

test('evaluating leaves bad rows out and counts them', async (t) => {
  const { source, bad } = await dirty(t);
  const directory = await temporaryFolder(t);
  const summary = await train(dirtyPipeline(source), { directory });
  const model = await loadTrained(summary.checkpoint ?? '', dirtyPipeline(source));
  const all = await evaluateModel(model, 'all');
  t.deepEqual([all.badRows, all.rows], [bad.length, 150 - bad.length]);
});

const shared = '../shared/data';
const adult = `${shared}/adult/adult-train.csv`;
const housing = `${shared}/california-housing/housing.csv`;
const found = existsSync(adult) && existsSync(housing);
const real = found ? test : test.skip;

real(`Adult has 2,399 rows with an unknown, California housing 207 (${shared})`, async (t) => {
  t.timeout(240_000);
  const names = 'age workclass fnlwgt education educationNumber maritalStatus occupation relationship race sex'.split(
    ' ',
  );
  names.push('capitalGain', 'capitalLoss', 'hoursPerWeek', 'nativeCountry', 'income');
  const common = {
    derive: [],
    split: { validation: 0.1 },
    shuffle: { memoryMB: 1 },
    epochs: 2,
    batch: 128,
    reportEverySteps: 100,
  };
  const wanted = oneHot({ missing: 'error' });
  const people = {
    ...dirtyPipeline(csv(adult, { names, trim: true, nulls: ['?'] })),
    ...common,
    features: { age: numeric(), workclass: wanted, occupation: wanted, nativeCountry: wanted },
    badRows: badRowFile('bad.ndjson', { maxShare: 0.1 }),
  };
  const directory = await temporaryFolder(t);
  const { derive } = await import('../../../src/index.ts');
  const rich = derive('rich', ['income'], (income: string) => income.startsWith('>50K'));
  const summary = await train({ ...people, derive: [rich], target: binary('rich') }, { directory });
  t.deepEqual([summary.badRows, summary.rowsRead], [2399, 32_561]);
  const written = await badRowsIn(directory);
  t.is(written.length, 2399);
  const bytes = await readFile(adult);
  for (const { byte = -1, row } of written) {
    const line = bytes.subarray(byte, bytes.indexOf(0x0a, byte)).toString();
    if (!line.includes('?')) t.fail(`row ${row}: ${line}`);
  }

  const houses = {
    ...dirtyPipeline(csv(housing)),
    ...common,
    features: { totalRooms: numeric() },
  };
  const prices = await train(
    {
      ...houses,
      features: { total_rooms: numeric(), total_bedrooms: numeric({ missing: 'error' }) },
      target: regression('median_house_value'),
      loss: (await import('../../../src/index.ts')).meanSquaredError(),
      badRows: skipRows({ maxShare: 0.02 }),
    },
    { directory: await temporaryFolder(t) },
  );
  t.deepEqual([prices.badRows, prices.rowsRead], [207, 20_640]);
});
