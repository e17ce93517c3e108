import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import {
  concatSources,
  csv,
  files,
  filterRows,
  interleave,
  jsonLines,
  limit,
  mix,
  offset,
  repeatSource,
  type Source,
  tsv,
} from '../../src/index.ts';
import { quiet } from '../../src/laws/readSource.ts';
import type { OpenOptions } from '../../src/source/types.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-bad-rows-'));
test.after.always(() => rm(home, { recursive: true, force: true }));

/** What is given of a source: good rows by their number `id`, and which rows were refused, all with their file's name. */
async function given(source: Source, options: Partial<OpenOptions> = {}) {
  const good: number[] = [];
  const refused: string[] = [];
  const batches: { readonly cursor: unknown; readonly good: number; readonly refused: number }[] = [];
  for await (const batch of source.open({ signal: quiet(), badRows: 'return', ...options })) {
    batches.push({ cursor: batch.cursor, good: good.length, refused: refused.length });
    const { records, selected = Array.from({ length: records.numRows }, (_, row) => row), isRepeated } = batch;
    const ids = records.getChild('id');
    for (const row of selected) good.push(Number(ids?.get(row)));
    if (isRepeated) continue;
    for (const { file, row, at, byte } of batch.refused ?? []) {
      // A row that is not selected keeps its place among those that are.
      if (selected.includes(at)) throw new Error(`row ${row} is refused and given`);
      if (batch.origin?.row(at) !== row || batch.origin.byte?.(at) !== byte)
        throw new Error(`row ${row} has two places`);
      refused.push(`${file.slice(home.length + 1)} ${row}`);
    }
  }
  return { good, refused, batches };
}

const isBad = (row: number) => row % 5 === 2 || (row >= 30 && row < 40);

/** A file of so many rows, of which some are bad; `line` gives the text of one. */
function write(name: string, rows: number, line: (id: number, isBad: boolean) => string): string {
  const path = join(home, name);
  if (existsSync(path)) return path;
  const text = Array.from({ length: rows }, (_, row) => `${line(row, isBad(row))}\n`).join('');
  const bytes = name.endsWith('.gz') ? gzipSync(text) : text;
  writeFileSync(path, bytes);
  return path;
}

const comma = (id: number, isBad: boolean) => (isBad ? `${id},"` : `${id},${id % 7}`);
const options = { names: ['id', 'value'], types: { id: 'int32', value: 'int32' }, batchRows: 8 } as const;
const paths = { a: write('a.csv', 60, comma), b: write('b.csv', 33, comma) };
const plain = () => csv(paths.a, options);
const other = () => csv(paths.b, options);

const members: Readonly<Record<string, () => Source>> = {
  csv: plain,
  'csv, compressed': () => csv(write('a.csv.gz', 60, comma), options),
  'csv with escapes and empty rows': () =>
    csv(
      write('escaped.csv', 60, (id, isBad) => (isBad ? `${id},\\,` : id % 7 === 1 ? '' : `${id},"${id % 5},5"`)),
      { ...options, types: { id: 'int32', value: 'float64' }, escape: '\\', decimal: ',', emptyLines: 'row' },
    ),
  tsv: () =>
    tsv(
      write('a.tsv', 60, (id, isBad) => (isBad ? `${id}` : `${id}\t1`)),
      options,
    ),
  jsonLines: () =>
    jsonLines(
      write('a.ndjson', 60, (id, isBad) => (isBad ? '{' : JSON.stringify({ id, value: 1 }))),
      { batchRows: 8 },
    ),
  concat: () => concatSources(plain(), other()),
  files: () => files([paths.a, paths.b], (path) => csv(path, options)),
  interleave: () => interleave(plain(), other()),
  mix: () => mix([plain(), other()], { weights: [3, 1], seed: 1, drawRows: 5 }),
  filter: () => filterRows(plain(), ['id'], (id) => Number(id) % 2 === 0),
  repeat: () => repeatSource(plain(), 2),
  skip: () => offset(plain(), 11),
  take: () => limit(plain(), 30),
};

for (const [name, make] of Object.entries(members)) {
  test(`${name}: from each cursor the same rows are given and refused as without a break`, async (t) => {
    const source = make();
    const all = await given(source);
    t.true(all.refused.length > 5);
    t.is(new Set(all.refused).size, all.refused.length, 'each once');
    for (const { cursor, good, refused } of all.batches) {
      const rest = await given(source, { from: JSON.parse(JSON.stringify(cursor)) });
      t.deepEqual(rest.good, all.good.slice(good));
      t.deepEqual(rest.refused, all.refused.slice(refused));
    }
  });
}

test('all rows but the bad ones are given, and these are refused', async (t) => {
  for (const name of ['csv', 'csv, compressed', 'tsv', 'jsonLines']) {
    const { good, refused } = await given(members[name]!());
    const rows = Array.from({ length: 60 }, (_, row) => row);
    t.deepEqual(
      good,
      rows.filter((row) => !isBad(row)),
      name,
    );
    t.deepEqual(
      refused.map((place) => Number(place.split(' ')[1])),
      rows.filter(isBad),
      name,
    );
  }
});

test('what is taken and what is skipped is all there is, wherever it is cut', async (t) => {
  const source = plain();
  const all = await given(source);
  for (let count = 0; count <= all.good.length + 1; count++) {
    const [head, tail] = [await given(limit(source, count)), await given(offset(source, count))];
    t.deepEqual([...head.good, ...tail.good], all.good, `${count}`);
    t.deepEqual([...head.refused, ...tail.refused], all.refused, `${count}`);
  }
});

test('columns that are not wanted need not be good', async (t) => {
  const path = write('c.csv', 10, (id, isBad) => `${id},${isBad ? 'x' : 1}`);
  const source = csv(path, options);
  t.is((await given(source, { columns: ['id'] })).refused.length, 0);
  t.is((await given(source)).refused.length, 2);
});

test('a file of nothing but bad rows is all refused', async (t) => {
  const path = write('d.csv', 50, (id) => `${id},"`);
  const { good, refused } = await given(csv(path, options));
  t.deepEqual([good.length, refused.length], [0, 50]);
});
