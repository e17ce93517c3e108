import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import {
  arrowIpc,
  type CsvOptions,
  concatSources,
  csv,
  files,
  filterRows,
  http,
  interleave,
  jsonLines,
  limit,
  memory,
  mix,
  offset,
  parquet,
  repeatSource,
  type Source,
  sql,
  tsv,
  watch,
} from '../../src/index.ts';
import { describe, quiet, read } from '../../src/laws/readSource.ts';
import { changed } from '../../src/source/changed.ts';
import { type ReadAlikeOptions, readAlike } from '../../src/source/readAlike.ts';
import { startFileServer } from './http/fileServer.ts';
import { writeParquet } from './parquet/writeParquet.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-alike-'));
test.after.always(() => rm(home, { recursive: true, force: true }));
function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(home, name);
  writeFileSync(path, content);
  return path;
}

const options: CsvOptions = { delimiter: ';', nulls: ['', '-9'], decimal: ',' };
const before = fileOf('before.csv', 'a;b\n1,5;x\n');
const rows = [
  [2.5, 'y'],
  [null, 'z'],
  [4, null],
];
const after = fileOf('after.csv', 'a;b\n2,5;y\n-9;z\n4;\n');
const own = () => csv(before, options);

/** Everything that reads CSV with those options, whatever is done to the rows of its own place. */
const sources: Readonly<Record<string, () => Source>> = {
  csv: own,
  'csv of a stream': () => csv(() => [Buffer.from('a;b\n')], options),
  'tsv with another delimiter': () => tsv(before, options),
  'csv over HTTP': () => csv(http('https://example.org/a.csv'), options),
  files: () => files(join(home, 'before*.csv'), (path) => csv(path, options)),
  'files of a list': () => files([before], (path) => csv(path, options)),
  watch: () => watch(home, (path) => csv(path, options)),
  take: () => limit(own(), 1),
  skip: () => offset(own(), 1),
  repeat: () => repeatSource(own(), 2),
  concat: () => concatSources(own(), own()),
  interleave: () => interleave(own(), own()),
  mix: () => mix([own(), own()], { weights: [1, 1], seed: 1 }),
  'one over another': () =>
    limit(
      concatSources(
        files([before], (path) => offset(csv(path, options), 1)),
        own(),
      ),
      1,
    ),
  'sources, of which some are in memory': () => concatSources(memory([{ a: 1, b: 'x' }]), own()),
};

for (const [name, make] of Object.entries(sources)) {
  test(`reads all rows of another file as it reads its own: ${name}`, async (t) => {
    const source = name.startsWith('tsv') ? readAlike(make(), after, { format: 'tsv' }) : readAlike(make(), after);
    t.deepEqual((await read(source)).rows, rows);
    t.false(source.unbounded ?? false);
    t.deepEqual(source.reading, { format: name.startsWith('tsv') ? 'tsv' : 'csv', options });
  });
}

test('leaves out of another file what a filter leaves out, also where its own rows lie in no file', async (t) => {
  const plain = fileOf('plain.csv', 'a,b\n2.5,y\n,z\n4,\n');
  for (const [source, place] of [
    [own(), after],
    [files([before], () => own()), after],
    [memory([{ a: 1, b: 'x' }]), plain],
  ] as const) {
    const kept = readAlike(
      limit(
        filterRows(source, ['b'], (b) => b === 'z'),
        5,
      ),
      place,
    );
    const batches = await Array.fromAsync(kept.open({ signal: quiet() }));
    t.deepEqual(
      batches.map(({ selected }) => [...selected!]),
      [[1]],
      source.name,
    );
  }
  const predicate = (b: unknown) => b !== 'y';
  t.deepEqual(readAlike(filterRows(own(), ['b'], predicate), after).reading?.filters, [[['b'], `${predicate}`]]);
});

test('reads what is compressed, a pattern, a folder and standard input in the same way', async (t) => {
  const folder = join(home, 'folder');
  mkdirSync(folder);
  writeFileSync(join(folder, '1.csv'), 'a;b\n2,5;y\n-9;z\n');
  writeFileSync(join(folder, '2.csv.gz'), gzipSync('a;b\n4;\n'));
  for (const place of [folder, join(folder, '*'), join(home, 'f*', '*.csv*')]) {
    const source = readAlike(limit(own(), 1), place);
    t.deepEqual((await read(changed(source, { types: { a: 'float64', b: 'string' } }))).rows, rows, place);
  }
  t.is(readAlike(own(), '-').name, 'csv standard input');
  t.is(readAlike(own(), 'rows.dat').name, 'csv rows.dat');
});

test('reads a file of another format by that format', async (t) => {
  const table = new Table({ a: vectorFromArray([2.5, 4]), b: vectorFromArray(['y', 'z']) });
  const all = [
    [2.5, 'y'],
    [4, 'z'],
  ];
  const places = [
    fileOf('other.parquet', writeParquet(table)),
    fileOf('other.arrow', tableToIPC(table, 'file')),
    fileOf('other.ndjson', '{"a":2.5,"b":"y"}\n{"a":4,"b":"z"}\n'),
    fileOf('other.tsv.gz', gzipSync('a\tb\n2,5\ty\n4\tz\n')),
  ];
  for (const place of places) {
    const kept = (source: Source) => filterRows(source, ['b'], () => true);
    for (const source of [own(), files([before], () => own()), concatSources(own(), own()), kept(own())]) {
      t.deepEqual((await read(readAlike(source, place))).rows, all, `${source.name} and ${place}`);
    }
  }
  t.deepEqual(readAlike(own(), 'x.tsv').reading, { format: 'tsv', options: { nulls: ['', '-9'], decimal: ',' } });
  t.deepEqual(readAlike(tsv('x.tsv', { nulls: ['NA'] }), 'x.csv').reading, {
    format: 'csv',
    options: { nulls: ['NA'] },
  });
  t.deepEqual(readAlike(parquet('x.parquet', { batchRows: 5 }), 'y.parquet').reading?.options, { batchRows: 5 });
  t.deepEqual(readAlike(parquet('x.parquet', { batchRows: 5 }), 'y.csv').reading, { format: 'csv', options: {} });
  t.is(readAlike(arrowIpc('x.arrow'), 'y.feather').name, 'arrowIpc y.feather');
  t.is(readAlike(sql('SELECT 1', { orderBy: 'x' }), 'y.csv').name, 'csv y.csv');
});

test('what is said of the reading counts before what the source says', async (t) => {
  const how: ReadAlikeOptions = { options: { nulls: ['', 'y'] } };
  t.deepEqual(
    (await read(readAlike(limit(own(), 1), after, how))).rows,
    [
      ['2,5', null],
      ['-9', 'z'],
      ['4', null],
    ].map(([a, b]) => [Number(a!.replace(',', '.')), b]),
  );
  t.is(readAlike(own(), 'rows.csv', { format: 'jsonLines' }).name, 'jsonLines rows.csv');
  t.deepEqual(readAlike(own(), 'x.tsv', { options: { delimiter: '|' } }).reading?.options, {
    ...{ nulls: ['', '-9'], decimal: ',', delimiter: '|' },
  });
});

test('says what it does not know', (t) => {
  t.throws(() => readAlike(memory([{ a: 1 }]), 'rows.txt'), {
    name: 'OptionError',
    message: /^rows\.txt: expected a file ending in \.parquet, .*, got rows\.txt\. Name its format: parquet, csv/,
  });
  const two = concatSources(own(), csv(before, { delimiter: '|' }));
  t.throws(() => readAlike(two, 'rows.csv'), {
    name: 'OptionError',
    message:
      /^concatSources of .*: expected one way of reading, .*, got csv \{ delimiter: ';', .* \}; csv \{ delimiter: '\|' \}\. Give/,
  });
  t.is(readAlike(concatSources(own(), parquet('x.parquet')), 'rows.parquet').name, 'parquet rows.parquet');
  t.throws(() => readAlike(own(), 'rows.csv', { options: { delimiter: '' } }), { message: /^csv: delimiter/ });
});

test('sends to another server nothing that was meant for one', async (t) => {
  const server = await startFileServer();
  t.teardown(() => server.close());
  server.put('/after.csv', 'a;b\n2,5;y\n-9;z\n4;\n');
  const headers = { authorization: 'Bearer secret' };
  for (const [address, sent] of [
    [server.url('/before.csv'), 'Bearer secret'],
    ['https://example.org/before.csv', undefined],
  ] as const) {
    server.asked.length = 0;
    const source = readAlike(csv(http(address, { headers }), options), server.url('/after.csv'));
    t.deepEqual((await read(source)).rows, rows);
    t.deepEqual([...new Set(server.asked.map((asked) => asked.headers.authorization))], [sent]);
  }
});

test('a source that is spread into another one does not lose what that does with its rows', async (t) => {
  const inner = csv(after, options);
  const doubled: Source = {
    ...inner,
    async *open(given) {
      yield* inner.open(given);
      yield* inner.open(given);
    },
  };
  t.is((await read(changed(doubled, { types: { a: 'float64' } }))).rows.length, 6);
});

test('columns have the types that are known, where a few rows would tell others', async (t) => {
  const typed = (text: string, make: (path: string) => Source = (path) => csv(path)) =>
    changed(make(fileOf('typed', text)), {
      types: { code: 'string', n: 'int64', x: 'float64', yes: 'boolean', at: 'timestamp', gone: 'string' },
    });
  const source = typed('code,n,x,yes,at,other\n1,2,3,1,2001-02-03,4\n2,,,,,5\n');
  const types = 'code: Utf8, n: Int64, x: Float64, yes: Bool, at: Timestamp<MICROSECOND>, other: Int64';
  t.is(describe(await source.schema()), types);
  t.deepEqual((await read(source, { columns: ['code', 'n', 'yes'] })).rows, [
    ['1', 2n, true],
    ['2', null, null],
  ]);
  // What was of integers may have decimal places in other rows.
  t.is(describe(await typed('n\n1\n2.5\n').schema()), 'n: Float64');
  t.is(describe(await typed('code,n\n').schema()), 'code: Utf8, n: Int64');
  // What is declared counts before what is known.
  t.is(describe(await typed('n\n1\n', (path) => csv(path, { types: { n: 'float32' } })).schema()), 'n: Float32');
  const wrong = await t.throwsAsync(read(typed('n\n1\nmany\n')), { name: 'DataError' });
  t.regex(
    wrong!.message,
    /line 3, .*column 'n': expected int64, got "many"\. The column is known to hold int64: where it stands for no value, give nulls: \["", "many"\]\.$/,
  );
});

test('a key that no line has is known all the same, and a line says so', async (t) => {
  const source = changed(jsonLines(fileOf('few.ndjson', '{"x":1}\n{"x":2}\n')), {
    types: { x: 'float64', color: 'string' },
  });
  const lines: string[] = [];
  const batches = await Array.fromAsync(source.open({ signal: quiet(), tell: (line) => lines.push(line) }));
  t.deepEqual(
    batches.flatMap(({ records }) => records.toArray().map(String)),
    ['{"x": 1, "color": null}', '{"x": 2, "color": null}'],
  );
  t.deepEqual(lines, [`${source.name}: color is in none of the first rows: its values are taken to be missing`]);
  lines.length = 0;
  await Array.fromAsync(source.open({ signal: quiet(), columns: ['x'], tell: (line) => lines.push(line) }));
  t.deepEqual(lines, []);
});
