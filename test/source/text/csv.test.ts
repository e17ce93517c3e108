import { mkdtempSync, writeFileSync } from 'node:fs';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as zlib from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { DataError, SchemaError, SourceError } from '../../../src/errors.ts';
import { describe, quiet, read, within } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import type { InputPlace } from '../../../src/source/input/inputPlace.ts';
import { type CsvOptions, csv } from '../../../src/source/text/csv.ts';
import { tsv } from '../../../src/source/text/tsv.ts';
import { holdTo } from '../../holdTo.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-csv-'));
test.after.always(() => rm(home, { recursive: true, force: true }));

/** A file of its own for each text. */
let files = 0;
function fileOf(content: string | Uint8Array): string {
  const path = join(home, `${files++}.csv`);
  writeFileSync(path, content);
  return path;
}

/** The rows of a text, fed in chunks of so many bytes. */
async function rowsOf(text: string | Uint8Array, options: CsvOptions = {}, chunk?: number) {
  const bytes = Buffer.from(text);
  const size = chunk ?? Math.max(1, bytes.length);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  return (await read(csv(() => chunks, options))).rows;
}

const small = `number,word,yes\n${Array.from({ length: 25 }, (_, i) =>
  i % 5 === 4 ? `${i / 2},"word, ""${i}""\n",${i % 2 === 0}\n` : `${i / 2},word ${i % 7},${i % 3 ? i % 2 === 0 : ''}\n`,
).join('')}`;
const smallPath = fileOf(small);
holdTo(
  test,
  sourceLaws('a CSV file', () => csv(smallPath, { batchRows: 4 })),
);
const gzipPath = fileOf(zlib.gzipSync(small));
holdTo(
  test,
  sourceLaws('a CSV file compressed by gzip', () => csv(gzipPath, { batchRows: 4 })),
);
const escapedLines = Array.from({ length: 25 }, (_, i) =>
  i % 4 === 3 ? '\n' : `${i},5;${i % 3 ? `x\\;\\\n${i}` : `"\\"${i}"`}\n`,
);
const escapedPath = fileOf(`a;b\n${escapedLines.join('')}`);
const escapes = { delimiter: ';', escape: '\\', emptyLines: 'row', decimal: ',', batchRows: 4 } as const;
holdTo(
  test,
  sourceLaws('a CSV file with escapes, empty rows and decimal commas', () => csv(escapedPath, escapes)),
);
holdTo(
  test,
  sourceLaws('CSV from a function', () => csv(() => Readable.from([Buffer.from(small)]), { batchRows: 4 })),
);

test('reads values of every type that is told from them', async (t) => {
  const text =
    'whole,real,yes,day,time,utc,code,word\n' +
    '1,1.5,true,2001-02-03,2001-02-03 04:05:06,2001-02-03T04:05:06+01:00,007,a\n' +
    '-9223372036854775808,-2,FALSE,1969-12-31,2001-02-03,1969-12-31T23:59:59.999999Z,12,\n' +
    ',,,,,,,\n';
  const source = csv(fileOf(text));
  t.is(
    describe(await source.schema()),
    'whole: Int64, real: Float64, yes: Bool, day: Date32<DAY>, time: Timestamp<MICROSECOND>, utc: Timestamp<MICROSECOND, UTC>, code: Utf8, word: Utf8',
  );
  const { rows } = await read(source);
  const day = Date.UTC(2001, 1, 3);
  t.deepEqual(rows, [
    [1n, 1.5, true, day, day + (4 * 3600 + 5 * 60 + 6) * 1000, day + (3 * 3600 + 5 * 60 + 6) * 1000, '007', 'a'],
    [-(2n ** 63n), -2, false, -86_400_000, day, -0.001, '12', null],
    [null, null, null, null, null, null, null, null],
  ]);
});

test('takes types that are given, for some columns or all', async (t) => {
  const text = 'a,b\n1,2\n3,4\n';
  t.deepEqual(await rowsOf(text, { types: { b: 'float32' } }), [
    [1n, 2],
    [3n, 4],
  ]);
  t.deepEqual(await rowsOf(text, { types: 'string' }), [
    ['1', '2'],
    ['3', '4'],
  ]);
  t.deepEqual(await rowsOf('a\n+1\n2147483647\n', { types: { a: 'int32' } }), [[1], [2_147_483_647]]);
  t.deepEqual(await rowsOf('a\n1\n0\n', { types: { a: 'boolean' } }), [[true], [false]]);
  await t.throwsAsync(rowsOf('a\n2147483648\n', { types: { a: 'int32' } }), { instanceOf: DataError });
});

test('keeps codes and numbers that do not fit as they are written', async (t) => {
  for (const code of ['007', '-01', '+1', '00', '9223372036854775808', '1e', '.', '-', '0x10', '1_000', '2001-02-30']) {
    t.deepEqual(await rowsOf(`a\n${code}\n`), [[code]], code);
  }
  t.deepEqual(await rowsOf('a\n0\n-5\n'), [[0n], [-5n]]);
  t.deepEqual(await rowsOf('a\n0.5\nnan\n-inf\n1e3\n'), [[0.5], [Number.NaN], [Number.NEGATIVE_INFINITY], [1000]]);
});

test('reads line ends of every kind, also mixed, with empty lines between', async (t) => {
  const rows = [
    [1n, 2n],
    [3n, 4n],
  ];
  for (const text of ['a,b\n1,2\n3,4', 'a,b\r\n1,2\r\n3,4\r\n', 'a,b\r1,2\r3,4\r', '\n\na,b\r\n\r\n1,2\n\r3,4\n\n\n']) {
    t.deepEqual(await rowsOf(text), rows, JSON.stringify(text));
  }
});

test('reads quotes: delimiters, line ends and doubled quotes inside; one within a value is itself', async (t) => {
  const rows = await rowsOf('a,b\n"x,y","say ""hi""\r\nagain"\nit"s,"""" \n'.replace('" \n', '"\n'));
  t.deepEqual(rows, [
    ['x,y', 'say "hi"\r\nagain'],
    ['it"s', '"'],
  ]);
  t.deepEqual(await rowsOf("a,b\n'x,y',\"\n", { quote: "'" }), [['x,y', '"']]);
  t.deepEqual(await rowsOf('a,b\n"x,y"\n', { quote: null }), [['"x', 'y"']]);
});

test('tells nothing from an empty string by its quotes', async (t) => {
  t.deepEqual(await rowsOf('a,b\n,1\n"",""\nx,2\n'), [
    [null, 1n],
    ['', null],
    ['x', 2n],
  ]);
  t.deepEqual(await rowsOf('a,b\nNA,"NA"\n-,NA\n', { nulls: ['NA', '-'] }), [
    [null, 'NA'],
    [null, null],
  ]);
});

test('makes rows of empty lines where they are meant', async (t) => {
  const column = 'a\n1\n\n2\n\n';
  t.deepEqual(await rowsOf(column), [[1n], [2n]]);
  t.deepEqual(await rowsOf(column, { emptyLines: 'row' }), [[1n], [null], [2n], [null]]);
  // Before the header there are no rows; a line with a comment is none.
  for (const text of [
    '\n\na\n1\n\n2\n\n',
    'a\r\n1\r\n\r\n2\r\n\r\n',
    'a\r1\r\r2\r\r',
    '# x\na\n1\n#\n\n# y\n2\n\n# z',
  ]) {
    const rows = await rowsOf(text, { emptyLines: 'row', comment: '#' });
    t.deepEqual(rows, [[1n], [null], [2n], [null]], JSON.stringify(text));
  }
  t.deepEqual(await rowsOf('\nx\n\n', { emptyLines: 'row', names: ['a'] }), [[null], ['x'], [null]]);
  t.deepEqual(await rowsOf('\n\n', { emptyLines: 'row', names: ['a'] }), [[null], [null]]);
  t.deepEqual(await rowsOf('\n\n', { names: ['a'] }), []);
  t.deepEqual(await rowsOf('a\nx\n\n', { emptyLines: 'row', nulls: ['x'], types: 'string' }), [[null], ['']]);
  t.deepEqual(await rowsOf('a,b\n1,x\n\n2,y\n', { emptyLines: 'row' }), [
    [1n, 'x'],
    [null, null],
    [2n, 'y'],
  ]);
});

// Python 3.11: csv.reader(io.StringIO(text, newline=''), escapechar='\\')
test('reads escapes, in quotes and without', async (t) => {
  const text =
    'a,b\n"say \\"hi\\"",x\\,y\n"two\\\nlines",\\N\nC:\\\\dir,"\\\\"\nit\\"s,"""q"" \\, "\n\\"x,\\\\\nends\\\nhere,1\n';
  const rows = [
    ['say "hi"', 'x,y'],
    ['two\nlines', 'N'],
    ['C:\\dir', '\\'],
    ['it"s', '"q" , '],
    ['"x', '\\'],
    ['ends\nhere', '1'],
  ];
  t.deepEqual(await rowsOf(text, { escape: '\\' }), rows);
  // Words for no value are those that are written.
  const nulls = rows.map(([a, b]) => [a, b === 'N' ? null : b]);
  t.deepEqual(await rowsOf(text, { escape: '\\', nulls: ['', '\\N'] }), nulls);
  t.deepEqual(await rowsOf('a,b\n x\\  ,"y" \n', { escape: '\\', trim: true }), [['x ', 'y']]);
  t.deepEqual(await rowsOf('a,b\n"x""y",1\n', { escape: '"' }), [['x"y', 1n]]);
  const schema = await csv(fileOf('a\\,b,c\n1,2\n'), { escape: '\\' }).schema();
  t.is(describe(schema), 'a,b: Int64, c: Int64');
  await t.throwsAsync(rowsOf('a,b\n1,x\\', { escape: '\\' }), {
    instanceOf: SourceError,
    message: /byte 7: expected a character after the escape, got the end of the file/,
  });
  // A line end that is escaped belongs to a value of text; elsewhere the escape costs its own line.
  await t.throwsAsync(rowsOf('a,b\n1,2\n3\\\n4,5\n', { escape: '\\', types: 'int64' }), {
    instanceOf: SourceError,
    message: /byte 8: expected a value in one line/,
  });
});

test('reads decimal commas', async (t) => {
  const rows = [
    [1.5, -0.25],
    [-1000, 1e22],
    [0.1, null],
  ];
  const text = 'a;b\n1,5;-,25\n-1e3;1,0e22\n0,1000000000000000055;\n';
  t.deepEqual(await rowsOf(text, { delimiter: ';', decimal: ',' }), rows);
  t.deepEqual(await rowsOf('a,b\n"1,5","-,25"\n-1e3,1e22\n"0,1",\n', { decimal: ',' }), rows);
  t.deepEqual(await rowsOf('a;b\n1.5;1\n', { delimiter: ';', decimal: ',' }), [['1.5', 1n]]);
  await t.throwsAsync(rowsOf('a;b\n1,5;1.5\n', { delimiter: ';', decimal: ',', types: 'float64' }), {
    instanceOf: DataError,
    message: /column 'b': expected float64, got "1\.5"/,
  });
});

test('takes delimiters, comments, spaces, names and headers as they are declared', async (t) => {
  const rows = [
    [1n, 'x'],
    [2n, 'y'],
  ];
  t.deepEqual(await rowsOf('a;b\n1;x\n2;y\n', { delimiter: ';' }), rows);
  t.deepEqual(await rowsOf('a, b\n1, x\n2, y\n', { delimiter: ', ' }), rows);
  t.deepEqual(await rowsOf('a , b\n 1,\t x \n2 , "y" \n', { trim: true }), rows);
  t.deepEqual(await rowsOf('# one\na,b\n#\n1,x\n2,y\n# end', { comment: '#' }), rows);
  t.deepEqual((await read(tsv(fileOf('a\tb\n1\tx\n2\ty\n')))).rows, rows);
  for (const [text, options, columns] of [
    ['1,x\n2,y\n', { header: false }, 'column0: Int64, column1: Utf8'],
    ['1,x\n2,y\n', { names: ['p', 'q'] }, 'p: Int64, q: Utf8'],
    ['569,30,malignant\n1,x\n2,y\n', { names: ['p', 'q'], header: true }, 'p: Int64, q: Utf8'],
  ] as const) {
    const source = csv(fileOf(text), options);
    t.is(describe(await source.schema()), columns);
    t.deepEqual((await read(source)).rows, rows);
  }
});

test('reads other encodings, and passes over a byte order mark', async (t) => {
  t.deepEqual(await rowsOf('\uFEFFa\nä\n'), [['ä']]);
  t.deepEqual(await rowsOf(Buffer.from('a,b\n1,ä\n', 'latin1'), { encoding: 'latin1' }, 1), [[1n, 'ä']]);
  t.deepEqual(await rowsOf(Buffer.from('\uFEFFa,b\n1,ä€\n', 'utf16le'), { encoding: 'utf-16le' }, 3), [[1n, 'ä€']]);
  const source = csv(fileOf(Buffer.from(small.replaceAll('w', 'ä'), 'latin1')), { encoding: 'latin1', batchRows: 4 });
  const all = await read(source);
  for (const [i, from] of all.cursors.entries()) {
    t.deepEqual((await read(source, { from })).rows, all.rows.slice(4 * i));
  }
  const error = await t.throwsAsync(rowsOf(Buffer.from('a\nx\nä\n', 'latin1')), { instanceOf: SourceError });
  t.regex(error?.message ?? '', /byte 4: expected text in UTF-8, .*latin1/);
  await t.throwsAsync(rowsOf(Buffer.from('\uFEFFa\n', 'utf16le')), {
    instanceOf: SourceError,
    message: /encoding: 'utf-16le'/,
  });
});

test('reads what zstd compressed, where Node can', async (t) => {
  if (!('zstdCompressSync' in zlib)) {
    t.log('it cannot here');
    t.pass();
    return;
  }
  const source = csv(fileOf(zlib.zstdCompressSync(small)), { batchRows: 4 });
  const plain = csv(smallPath, { batchRows: 4 });
  t.deepEqual(await read(source), await read(plain));
  const { cursors } = await read(plain);
  t.deepEqual(await read(source, { from: cursors[3] }), await read(plain, { from: cursors[3] }));
});

test('says where a file is cut or not compressed as it claims', async (t) => {
  const whole = zlib.gzipSync(small.repeat(3));
  const error = await t.throwsAsync(read(csv(fileOf(whole.subarray(0, 100)))), { instanceOf: SourceError });
  t.regex(error?.message ?? '', /a whole gzip file/);
  await t.throwsAsync(read(csv(fileOf('a,b\n1,"2'))), {
    instanceOf: SourceError,
    message: /line 2, byte 6: .* the end of the file/,
  });
});

test('says line, byte and column of what cannot be read, and what to do', async (t) => {
  const text = `a,b\n${'1,x\n'.repeat(4)}"1","two\nlines"\n2.5,x\n`;
  const path = fileOf(text);
  const value = await t.throwsAsync(read(csv(path, { inferRows: 3 })), { instanceOf: DataError });
  t.is(
    value?.message,
    `csv ${path}, line 8, byte ${text.indexOf('2.5')}, column 'a': expected int64, got "2.5". ` +
      `Give its type, as types: { "a": 'float64' }.`,
  );
  // The same from a cursor.
  const from = text.indexOf('"1"');
  const later = await t.throwsAsync(read(csv(path, { inferRows: 3 }), { from: [from, 3] }), { instanceOf: DataError });
  t.is(later?.message, value?.message);
  const short = await t.throwsAsync(read(csv(fileOf('a,b\n1,2\n3\n'))), { instanceOf: SourceError });
  t.regex(short?.message ?? '', /line 3, byte 8: expected 2 values, one for each column, got 1\./);
  await t.throwsAsync(rowsOf('a,b\n"x"y,1\n'), { instanceOf: SourceError, message: /byte 7: expected a delimiter/ });
});

test('reads no column that is not wanted', async (t) => {
  const path = fileOf('a,b\n1,2\nx,3\n');
  t.deepEqual((await read(csv(path, { inferRows: 1 }), { columns: ['b'] })).rows, [[2n], [3n]]);
});

test('says what is wrong with the path and with the columns', async (t) => {
  for (const [path, message] of [
    [join(home, 'none.csv'), /no such file/],
    [home, /a folder/],
    [fileOf(''), /an empty file/],
    [fileOf('\n\n'), /at least one row/],
  ] as const) {
    const error = await t.throwsAsync(read(csv(path)), { instanceOf: SourceError, message });
    t.true(error?.message.startsWith(`csv ${path}`));
  }
  await t.throwsAsync(rowsOf('a,a\n1,2\n'), { instanceOf: SchemaError, message: /got a twice in a, a/ });
  await t.throwsAsync(rowsOf('age,b\n1,2\n', { types: { agee: 'int64' } }), {
    instanceOf: SchemaError,
    message: /Did you mean age/,
  });
  t.is((await read(csv(pathToFileURL(smallPath)))).rows.length, 25);
  t.is(csv(pathToFileURL(smallPath)).name, `csv ${smallPath}`);
});

test('says how several files are read as one', async (t) => {
  const paths = [join(home, 'a.csv'), join(home, 'b.csv')] as unknown as InputPlace;
  t.throws(() => csv(paths), {
    name: 'OptionError',
    message:
      /^csv: file: expected a path, .*, got a list of paths\. Read several files as one with files\(\[\.\.\.\], csv\)\.$/,
  });
  await t.throwsAsync(read(csv(join(home, '*.csv'))), {
    instanceOf: SourceError,
    message: /got no such file\. Read the files of a pattern with files\(pattern, open\)\.$/,
  });
  await t.throwsAsync(read(csv(home)), {
    instanceOf: SourceError,
    message: /got a folder\. Read the files in it with files/,
  });
});

test('gives no record batches of a header alone', async (t) => {
  const source = csv(fileOf('a,b\n'));
  t.deepEqual((await read(source)).rows, []);
  t.is(describe(await source.schema()), 'a: Null, b: Null');
});

test('refuses options that are out of bounds', (t) => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ batchRows: 0 }, /^csv: batchRows/],
    [{ inferRows: 1.5 }, /^csv: inferRows/],
    [{ delimiter: '' }, /^csv: delimiter/],
    [{ delimiter: '\n' }, /^csv: delimiter/],
    [{ delimiter: '"' }, /^csv: delimiter, quote, comment/],
    [{ quote: 'xx' }, /^csv: quote/],
    [{ comment: 'ä' }, /^csv: comment/],
    [{ encoding: 'utf-9' }, /^csv: encoding/],
    [{ escape: '' }, /^csv: escape: expected one character/],
    [{ escape: ',' }, /^csv: delimiter, quote, comment, escape/],
    [{ delimiter: ';"' }, /^csv: delimiter, quote, comment, escape: expected different characters, got ';"', '"'/],
    [{ emptyLines: 'keep' }, /^csv: emptyLines: expected 'skip' or 'row', got 'keep'/],
    [{ decimal: ';' }, /^csv: decimal: expected '\.' or ','/],
    [{ types: 'number' }, /^csv: types: expected 'int32', 'int64', .*, or an object of types by column, got 'number'/],
    [{ types: { a: 'Int64' } }, /^csv: types\.a: .* Did you mean int64/],
  ];
  for (const [options, message] of wrong) t.throws(() => csv('a', options), { name: 'OptionError', message });
  t.throws(() => tsv('a', { batchRows: 0 }), { name: 'OptionError', message: /^tsv: batchRows/ });
});

test('notices a file that changes while it is read', async (t) => {
  const path = fileOf(small);
  const items = csv(path, { batchRows: 4 }).open({ signal: quiet() })[Symbol.asyncIterator]();
  await items.next();
  await appendFile(path, '1,x,true\n');
  await t.throwsAsync(
    async () => {
      while (!(await items.next()).done);
    },
    { instanceOf: SourceError, message: /changed/ },
  );
});

test('has a fingerprint of the content and of how it is read, not of the place', async (t) => {
  const print = await csv(smallPath).fingerprint();
  t.deepEqual(await csv(fileOf(small)).fingerprint(), print);
  t.notDeepEqual(await csv(fileOf(small.replace('12', '13'))).fingerprint(), print);
  t.notDeepEqual(await csv(smallPath, { types: 'string' }).fingerprint(), print);
  t.notDeepEqual(await csv(smallPath, { nulls: ['word 3'] }).fingerprint(), print);
  for (const options of [{ escape: '\\' }, { emptyLines: 'row' }, { decimal: ',' }] as const)
    t.notDeepEqual(await csv(smallPath, options).fingerprint(), print);
});

test('ends within a second of an abort while it waits for bytes', async (t) => {
  const abort = new AbortController();
  let destroyed = false;
  const stalled = () =>
    new Readable({
      read() {
        if (this.readableLength === 0 && !this.readableDidRead) this.push('a\n1\n');
      },
      destroy(error, done) {
        destroyed = true;
        done(error);
      },
    });
  const reading = read(csv(stalled, { types: 'int64' }), { signal: abort.signal });
  setImmediate(() => abort.abort(new Error('enough')));
  await t.throwsAsync(within(reading), { message: 'enough' });
  t.true(destroyed);
});

test('gives the same rows however the bytes are split', async (t) => {
  const text = '\uFEFFa,b,c\r\n1,"x ""y""\r\n",ä\r\n\r\n2,,"€"\n3,"""",𝄞\r4,z,';
  const whole = await rowsOf(text);
  t.deepEqual(whole, [
    [1n, 'x "y"\r\n', 'ä'],
    [2n, null, '€'],
    [3n, '"', '𝄞'],
    [4n, 'z', null],
  ]);
  const bytes = Buffer.from(text);
  for (let at = 0; at <= bytes.length; at++) {
    const chunks = [bytes.subarray(0, at), bytes.subarray(at)];
    t.deepEqual((await read(csv(() => chunks))).rows, whole, `split at ${at}`);
  }
  t.deepEqual(await rowsOf(text, {}, 1), whole);
});

test('gives back any values that were written', async (t) => {
  const value = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ä', '#'), maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(value, value), { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, chunk) => {
        const text = rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\n');
        t.deepEqual(await rowsOf(text, { names: ['a', 'b'], types: 'string' }, chunk), rows);
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});

test('gives back any values that were written with escapes', async (t) => {
  const value = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ä', '\\', '#'), maxLength: 6 });
  const escaped = (text: string) => text.replace(/[",\n\r\\#]/g, '\\$&');
  const options = { names: ['a', 'b'], types: 'string', nulls: [], escape: '\\', comment: '#' } as const;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(value, value, fc.boolean()), { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, chunk) => {
        const lines = rows.map(([a, b, bare]) =>
          bare ? `${escaped(a)},${escaped(b)}\n` : `"${escaped(a)}","${escaped(b)}"\n`,
        );
        t.deepEqual(
          await rowsOf(lines.join(''), options, chunk),
          rows.map(([a, b]) => [a, b]),
        );
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});

const conformance = new URL('../../../../shared/conformance/csv-spectrum/', import.meta.url);
test('reads csv-spectrum as expected, split at every byte', async (t) => {
  const names = await readdir(new URL('csvs', conformance)).catch(() => []);
  if (names.length === 0) t.log('it is not here');
  for (const name of names) {
    const bytes = await readFile(new URL(`csvs/${name}`, conformance));
    const expected = JSON.parse(await readFile(new URL(`json/${name.replace('.csv', '.json')}`, conformance), 'utf8'));
    const columns = (await csv(() => [bytes]).schema()).fields.map((field) => field.name);
    for (let at = 0; at <= bytes.length; at++) {
      const chunks = [bytes.subarray(0, at), bytes.subarray(at)];
      const { rows } = await read(csv(() => chunks, { types: 'string' }));
      const objects = rows.map((row) => Object.fromEntries(row.map((each, i) => [columns[i], each ?? ''])));
      t.deepEqual(objects, expected, `${name} split at ${at}`);
    }
  }
  t.pass();
});

const data = new URL('../../../../shared/data/', import.meta.url);
async function exists(t: ExecutionContext, path: string): Promise<string | undefined> {
  const file = fileURLToPath(new URL(path, data));
  const isThere = await readFile(file).then(
    () => true,
    () => false,
  );
  if (isThere) return file;
  t.log(`${path} is not here`);
  t.pass();
  return undefined;
}

for (const [file, rows, incomplete] of [
  ['adult/adult-train.csv', 32_561, 2399],
  ['adult/adult-test.csv', 16_281, 1221],
] as const) {
  test(`finds ${incomplete} incomplete rows among the ${rows} of ${file}`, async (t) => {
    const path = await exists(t, file);
    if (!path) return;
    const names = Array.from({ length: 15 }, (_, i) => `c${i}`);
    const found = (await read(csv(path, { names, delimiter: ', ', nulls: ['?'] }))).rows;
    t.is(found.length, rows);
    t.is(found.filter((row) => row.includes(null)).length, incomplete);
    // A second way: the lines themselves.
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    t.deepEqual(
      found.map((row) => row.map((each) => `${each ?? '?'}`).join(', ')),
      lines,
    );
  });
}

test('finds 207 missing values in the California housing, and every number as JavaScript reads it', async (t) => {
  const path = await exists(t, 'california-housing/housing.csv');
  if (!path) return;
  const { rows } = await read(csv(path));
  t.is(rows.length, 20_640);
  t.is(rows.flat().filter((each) => each === null).length, 207);
  const lines = (await readFile(path, 'utf8')).trimEnd().split(/\r?\n/).slice(1);
  t.deepEqual(
    rows,
    lines.map((line) => line.split(',').map((each, i) => (each === '' ? null : i === 9 ? each : Number(each)))),
  );
});

test('survives flipped bits: an error that names the file, or rows', async (t) => {
  const bytes = Buffer.from(small);
  const path = join(home, 'flipped.csv');
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), async (byte, bit) => {
      const flipped = Uint8Array.from(bytes);
      flipped[byte]! ^= 1 << bit;
      await writeFile(path, flipped);
      try {
        await within(read(csv(path, { inferRows: 5 })), 10_000);
      } catch (error) {
        t.true(
          [DataError, SchemaError, SourceError].some((kind) => error instanceof kind),
          `${error}`,
        );
        t.true((error as Error).message.includes(path));
      }
    }),
    { seed: 7, numRuns: 300 },
  );
});
