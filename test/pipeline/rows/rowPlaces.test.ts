import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Float64, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import test, { type ExecutionContext } from 'ava';
import {
  arrowIpc,
  binary,
  binaryCrossEntropy,
  concatSources,
  csv,
  DataError,
  type Derivation,
  definePipeline,
  dense,
  derive,
  filterRows,
  jsonLines,
  memory,
  numeric,
  offset,
  oneHot,
  type Pipeline,
  parquet,
  type Source,
  sgd,
  sql,
  train,
} from '../../../src/index.ts';
import { answerHere } from '../../job/training/answerHere.ts';
import { folderOf, requestOf } from '../../job/training/days.ts';
import { writeParquet } from '../../source/parquet/writeParquet.ts';
import { temporaryFolder } from '../run.ts';

// In row 5, counted from 0, the city has no second word.
const rows = Array.from({ length: 12 }, (_, row) => ({
  'city name': row === 5 ? 'Lima' : 'New York',
  size: row / 2,
  y: row % 2,
}));

/** The second word of a name, as somebody writes it who has not seen all names. */
const secondWord = (name: string) => name.split(' ')[1]!.length;

function pipelineOf(source: Source, derivation: Derivation, given: Partial<Pipeline> = {}): Pipeline {
  return definePipeline({
    name: 'places',
    source,
    derive: [derivation],
    features: { size: numeric(), [derivation.names[0]!]: oneHot() },
    target: binary('y'),
    split: { validation: 0 },
    batch: 4,
    network: [dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: sgd({ learningRate: 0.1 }),
    sinks: [],
    seed: 1,
    ...given,
  });
}

async function refusalOf(t: ExecutionContext, pipeline: Pipeline): Promise<DataError> {
  const directory = await temporaryFolder(t);
  return t.throwsAsync(train(pipeline, { directory, engine: 'wasm' }), { instanceOf: DataError });
}

/** A source of the rows, the place that it should tell of row 5, and what else it says of it. */
type Places = (folder: string) => Promise<readonly [source: Source, place: string]>;

const table = () =>
  new Table({
    'city name': vectorFromArray(
      rows.map((row) => row['city name']),
      new Utf8(),
    ),
    size: vectorFromArray(
      rows.map(({ size }) => size),
      new Float64(),
    ),
    y: vectorFromArray(
      rows.map(({ y }) => y),
      new Float64(),
    ),
  });

const csvText = ['city name,size,y', ...rows.map((row) => `${row['city name']},${row.size},${row.y}`), ''].join('\n');
const lines = rows.map((row) => `${JSON.stringify(row)}\n`);

const sources: Readonly<Record<string, Places>> = {
  async csv(folder) {
    const path = join(folder, 'rows.csv');
    await writeFile(path, csvText);
    return [csv(path), `${path}, row 5, byte ${csvText.indexOf('Lima')}`];
  },
  async jsonLines(folder) {
    const path = join(folder, 'rows.ndjson');
    await writeFile(path, lines.join(''));
    return [jsonLines(path), `${path}, row 5, byte ${lines.slice(0, 5).join('').length}`];
  },
  async parquet(folder) {
    const path = join(folder, 'rows.parquet');
    await writeFile(path, writeParquet(table()));
    return [parquet(path), `${path}, row 5`];
  },
  async arrowIpc(folder) {
    const path = join(folder, 'rows.arrow');
    await writeFile(path, tableToIPC(table(), 'file'));
    return [arrowIpc(path), `${path}, row 5`];
  },
  async memory() {
    return [memory(rows, { batchRows: 4 }), 'memory rows, row 5'];
  },
  async sql(folder) {
    const database = join(folder, 'rows.duckdb');
    const instance = await DuckDBInstance.create(database);
    const connection = await instance.connect();
    await connection.run(
      `CREATE TABLE rows AS SELECT CASE WHEN range = 5 THEN 'Lima' ELSE 'New York' END AS "city name", range / 2 AS size,
       range % 2 AS y, range AS id FROM range(12)`,
    );
    connection.closeSync();
    instance.closeSync();
    const source = sql('SELECT * FROM rows', { database, orderBy: 'id', batchRows: 4 });
    return [source, `${source.name}, row 5`];
  },
  async 'csv, after other rows'(folder) {
    const path = join(folder, 'rows.csv');
    await writeFile(path, csvText);
    const other = memory(rows.filter(({ size }) => size > 2.5));
    return [concatSources(other, offset(csv(path), 3)), `${path}, row 5, byte ${csvText.indexOf('Lima')}`];
  },
};

for (const [name, places] of Object.entries(sources)) {
  test(`a derivation that throws is named with the row and its values: ${name}`, async (t) => {
    const [source, place] = await places(await temporaryFolder(t));
    const error = await refusalOf(t, pipelineOf(source, derive('second word', ['city name', 'size'], secondWord)));
    const message =
      `derive 'second word': ${place} (counted from 0), where 'city name' is 'Lima' and size is 2.5: expected the function to give ` +
      "a value, got an error: TypeError: Cannot read properties of undefined (reading 'length'). It was thrown at secondWord (";
    t.is(error.message.slice(0, message.length), message);
    t.true(error.cause instanceof TypeError);
  });

  test(`a derivation that gives something else is named with the row and its values: ${name}`, async (t) => {
    const [source, place] = await places(await temporaryFolder(t));
    const wrong = (name: string) => (name === 'Lima' ? { length: 4 } : 'short');
    const error = await refusalOf(t, pipelineOf(source, derive('second', ['city name'], wrong as () => string)));
    t.is(
      error.message,
      `derive second: ${place} (counted from 0), where 'city name' is 'Lima': expected the function to give a string or null, ` +
        'got { length: 4 }.',
    );
  });

  test(`a predicate that throws is named with the row and its values: ${name}`, async (t) => {
    const [source, place] = await places(await temporaryFolder(t));
    const kept = filterRows(source, ['city name'], (name: string) => secondWord(name) > 1);
    const error = await refusalOf(
      t,
      pipelineOf(
        kept,
        derive('second', ['city name'], (name: string) => name),
      ),
    );
    t.true(
      error.message.startsWith(
        `filterRows by 'city name' of ${source.name}: ${place} (counted from 0), where 'city name' is 'Lima': expected the predicate ` +
          'to give true or false, got an error: TypeError: Cannot read',
      ),
      error.message,
    );
  });
}

test('the row is the same one where it is held out, and where the rows are read in another order', async (t) => {
  const many = Array.from({ length: 40 }, () => rows).flat();
  const bad = many.map((row, i) => (i === 251 ? row : { ...row, 'city name': 'New York' }));
  for (const given of [
    { split: { validation: 0.2 } },
    { split: { validation: 0.5, by: ['size'] } },
    { shuffle: { memoryMB: 0.002 } },
  ] satisfies Partial<Pipeline>[]) {
    const source = memory(
      bad.map((row, i) => (i === 251 ? { ...row, 'city name': 'Lima' } : row)),
      { batchRows: 16 },
    );
    const { message } = await refusalOf(t, pipelineOf(source, derive('second', ['city name'], secondWord), given));
    t.regex(message, /^derive second: memory rows, row 251 \(counted from 0\), where 'city name' is 'Lima': /);
  }
});

test('a label that is none is told with its file and byte', async (t) => {
  const path = join(await temporaryFolder(t), 'rows.csv');
  await writeFile(path, 'city name,size,y\na,1,0\nb,2,1\na,3,2\n');
  const derivation = derive('second', ['city name'], (name: string) => name);
  const { message } = await refusalOf(t, pipelineOf(csv(path), derivation));
  t.true(
    message.startsWith(`binary y: ${path}, row 2, byte 29 (counted from 0): expected 0 or 1, false or true, got 2.`),
    message,
  );
});

test('a derivation of your own that throws is named, with the rows that it was given', async (t) => {
  const path = join(await temporaryFolder(t), 'rows.csv');
  await writeFile(path, csvText);
  const own: Derivation = {
    ...derive('own', ['city name'], (name: string) => name),
    apply() {
      throw new RangeError('too far');
    },
  };
  const error = await refusalOf(t, pipelineOf(csv(path), own));
  t.is(
    error.message,
    `derivation of own: ${path}, rows from 0 on: expected a record batch with its columns, got an error: RangeError: too far.`,
  );
  t.true(error.cause instanceof RangeError);
});

test('in a job the error is that of the derivation too, and trying again is useless', async (t) => {
  const derivation = `derive('shade', ['color', 'a'], (color) => (color === 'blue' ? color.shade.name : color))`;
  const folder = await folderOf(t, 1, {
    pipeline: { derive: `[${derivation}]`, features: '{ a: numeric(), shade: oneHot() }' },
  });
  const { last } = await answerHere(requestOf(folder, 0));
  t.like(last, { kind: 'error', isFinal: true });
  t.regex(
    last.kind === 'error' ? last.message : '',
    /derive shade: \S+day-000\.csv, row \d+, byte \d+ \(counted from 0\), where color is 'blue' and a is -?\d\.\d+: expected the function to give a value, got an error: TypeError: /,
  );
});
