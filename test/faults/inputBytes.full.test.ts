import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Table, tableToIPC, Vector, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import fc from 'fast-check';
import {
  arrowIpc,
  csv,
  DataError,
  jsonLines,
  parquet,
  SchemaError,
  type Source,
  SourceError,
  tsv,
} from '../../src/index.ts';
import { quiet } from '../../src/laws/readSource.ts';
import { columnKind } from '../../src/source/column/columnKind.ts';
import { bytesInUse } from '../flow/collectGarbage.ts';
import { folder, smallRows, writeSmall } from '../source/parquet/parquetFile.ts';
import { mostWork } from './countWork.ts';
import { type grammars, mutatedInput } from './mutateInput.ts';
import { numberOf } from './numberOf.ts';

/** `npx ava test/faults/inputBytes.full.test.ts -- --inputs=10000` */
const runs = numberOf('inputs', 300);
/** Each of these takes a thread. */
const parquetRuns = numberOf('inputs', 40);
const seed = numberOf('seed', 7);

const records = Array.from({ length: 24 }, (_, i) => ({
  n: i,
  x: i % 5 === 4 ? null : i / 4,
  word: i % 6 === 5 ? 'two\nlines, "quoted"' : `word ${i % 7}`,
  yes: i % 2 === 0,
  day: `2001-02-${String(i + 1).padStart(2, '0')}`,
}));
const cell = (value: unknown) =>
  value === null ? '' : /[\n,"\t]/.test(`${value}`) ? `"${`${value}`.replaceAll('"', '""')}"` : `${value}`;
const separated = (delimiter: string) =>
  [Object.keys(records[0]!), ...records.map((row) => Object.values(row).map(cell))]
    .map((row) => `${row.join(delimiter)}\n`)
    .join('');
const table = new Table(
  Object.fromEntries([
    ['n', vectorFromArray(records.map(({ n }) => n))],
    ['x', vectorFromArray(records.map(({ x }) => x))],
    ['word', vectorFromArray(records.map(({ word }) => word))],
    ['yes', vectorFromArray(records.map(({ yes }) => yes))],
  ]),
);

interface Format {
  readonly bytes: Uint8Array;
  readonly grammar?: keyof typeof grammars;
  readonly source: (bytes: Uint8Array) => Source;
}

const formats: Readonly<Record<string, Format>> = {
  csv: {
    bytes: Buffer.from(separated(',')),
    grammar: 'values',
    source: (bytes) => csv(() => [bytes], { batchRows: 7 }),
  },
  'csv with types': {
    bytes: Buffer.from(separated(',')),
    grammar: 'values',
    source: (bytes) =>
      csv(() => [bytes], { types: { n: 'int64', x: 'float64', yes: 'boolean', day: 'date' }, comment: '#' }),
  },
  'csv with escapes, empty rows and decimal commas': {
    bytes: Buffer.from(
      separated(';')
        .replaceAll('.', ',')
        .replaceAll('""', '\\"')
        .replaceAll('word 3', '\\\n')
        .replaceAll(';word 5', '\n\n'),
    ),
    grammar: 'values',
    source: (bytes) =>
      csv(() => [bytes], { delimiter: ';', escape: '\\', decimal: ',', emptyLines: 'row', trim: true, batchRows: 7 }),
  },
  tsv: {
    bytes: Buffer.from(separated('\t')),
    grammar: 'values',
    source: (bytes) => tsv(() => [bytes], { batchRows: 7 }),
  },
  jsonLines: {
    bytes: Buffer.from(records.map((row) => `${JSON.stringify({ ...row, deep: { a: [row.n, row.x] } })}\n`).join('')),
    grammar: 'json',
    source: (bytes) => jsonLines(() => [bytes], { batchRows: 7 }),
  },
  'arrowIpc, a file': {
    bytes: tableToIPC(table, 'file'),
    source: (bytes) => arrowIpc(() => [bytes], { batchRows: 7 }),
  },
  'arrowIpc, a stream': { bytes: tableToIPC(table, 'stream'), source: (bytes) => arrowIpc(() => [bytes]) },
};

/** Everything that a source gives, or that it was refused as it should be. Any other error is the test's. */
async function outcome(source: Source, badRows: 'throw' | 'return', most: number) {
  let [rows, refused] = [0, 0];
  const values: unknown[] = [];
  try {
    await source.schema();
    await source.rows();
    for await (const batch of source.open({ signal: quiet(), badRows })) {
      const { records, selected } = batch;
      rows += selected?.length ?? records.numRows;
      refused += batch.refused?.length ?? 0;
      if (rows + refused > most) throw new Error(`more than ${most} rows`);
      // Columns of other types are refused where they are used.
      const columns = records.schema.fields.flatMap(({ type }, i) => (columnKind(type) ? [records.getChildAt(i)] : []));
      for (let row = 0; row < records.numRows; row++) {
        if (selected && !selected.includes(row)) continue;
        for (const column of columns) {
          const value = column?.get(row);
          values.push(value instanceof Vector ? [...value] : value);
        }
      }
    }
    return { rows, refused, values };
  } catch (error) {
    if (error instanceof SourceError || error instanceof SchemaError || error instanceof DataError) return undefined;
    throw error;
  }
}

for (const [name, { bytes, grammar, source }] of Object.entries(formats)) {
  test.serial(
    `${runs} mutations of ${name} are rows or a typed error, with work that the bytes bound, and leave no memory behind`,
    async (t) => {
      t.timeout(3_600_000);
      const count = { rows: 0, refused: 0, mended: 0 };
      const checkOne = async (mutated: Uint8Array) => {
        const strict = await outcome(source(mutated), 'throw', mutated.length + 1);
        const lenient = await outcome(source(mutated), 'return', mutated.length + 1);
        count[strict ? 'rows' : 'refused']++;
        if (!strict && lenient) count.mended++;
        // Where nothing is bad, leaving out what is bad changes nothing; where something is, it is told of.
        if (strict) t.deepEqual(lenient, strict);
        else if (lenient) t.true(lenient.refused > 0);
      };
      const check = async (numRuns: number, seed: number) => {
        const most = await mostWork(fc.sample(mutatedInput(bytes, grammar), { seed, numRuns }), checkOne);
        const work = `${most.blocksOfByte.toFixed(1)} blocks a byte, ${most.heapBytesOfInput} bytes of the heap a mutation`;
        // Here up to 41, when code is compiled, and up to 800,000.
        t.true(most.blocksOfByte < 100 && most.heapBytesOfInput < 4e6, work);
        return work;
      };
      // The first half has the code compiled that stays in memory.
      await check(runs / 2, seed + 1);
      const before = await bytesInUse();
      const work = await check(runs / 2, seed);
      const grown = ((await bytesInUse()) - before) / 1e6;
      t.log(`${name}: ${JSON.stringify(count)}, ${work} at most, ${grown.toFixed(2)} MB more`);
      t.true(count.rows > 0 && count.refused > 0);
      if (grammar) t.true(count.mended > 0);
      t.true(grown < 5, `${grown} MB`);
    },
  );
}

test.serial(`${parquetRuns} mutations of parquet are rows or a typed error, and leave no memory behind`, async (t) => {
  t.timeout(3_600_000);
  const here = await folder(t);
  const bytes = await readFile(await writeSmall(join(here, 'small.parquet')));
  const count = { rows: 0, refused: 0 };
  let run = 0;
  const check = (numRuns: number, seed: number) =>
    fc.assert(
      fc.asyncProperty(mutatedInput(bytes), async (mutated) => {
        const path = join(here, `${run++ % 8}.parquet`);
        await writeFile(path, mutated);
        // The decoder's own limits of time and memory end it, however slow the machine.
        const given = await outcome(parquet(path), 'return', 100_000);
        count[given ? 'rows' : 'refused']++;
        if (given) t.true(given.rows >= 0 && given.refused === 0);
      }),
      { seed, numRuns },
    );
  await check(parquetRuns / 2, seed + 1);
  const before = await bytesInUse();
  await check(parquetRuns / 2, seed);
  const grown = ((await bytesInUse()) - before) / 1e6;
  t.log(`parquet: ${JSON.stringify(count)}, ${grown.toFixed(2)} MB more`);
  t.is(smallRows.length, 25);
  t.true(count.rows > 0 && count.refused > 0);
  t.true(grown < 5, `${grown} MB`);
});

test.serial('a header that has no end is looked at with work that its bytes bound, whatever the chunks', async (t) => {
  const line = Buffer.alloc(1 << 19, 'a');
  const chunks = Array.from({ length: 512 }, (_, i) => line.subarray(i << 10, (i + 1) << 10));
  const { blocksOfByte } = await mostWork([line], () =>
    outcome(
      csv(() => chunks),
      'return',
      2,
    ),
  );
  // Looked at again with each chunk it would be 256.
  t.true(blocksOfByte < 20, `${blocksOfByte} blocks a byte`);
  await t.throwsAsync(csv(() => [Buffer.alloc((1 << 26) + 1, 'a')]).schema(), {
    instanceOf: SourceError,
    message: /expected a header of at most 67108864 bytes, got a longer one\. Is a quote not closed/,
  });
});
