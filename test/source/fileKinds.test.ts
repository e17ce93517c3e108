import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import { arrowIpc, csv, jsonLines, OptionError, parquet, SourceError, tsv } from '../../src/index.ts';
import { read } from '../../src/laws/readSource.ts';
import { writeParquet } from './parquet/writeParquet.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-kinds-'));
test.after.always(() => rm(home, { recursive: true, force: true }));

const readers = { csv, tsv, jsonLines, arrowIpc, parquet };
type Reader = keyof typeof readers;

const table = new Table({ a: vectorFromArray([1, 2, 3]), y: vectorFromArray([0, 1, 0]) });
const text = 'a,y\n1,0\n2,1\n';
const lines = '{"a":1,"y":0}\n{"a":2,"y":1}\n';
const utf16 = Buffer.from(text, 'utf16le');
const latin1 = (bytes: string) => Buffer.concat([Buffer.from(bytes, 'latin1'), Buffer.alloc(40)]);
const tar = Buffer.concat([Buffer.from('data.csv'), Buffer.alloc(249), Buffer.from('ustar\0'), Buffer.alloc(249)]);

/** What a file is, its bytes, who reads it, and what the others say. */
const kinds: Readonly<Record<string, readonly [bytes: Uint8Array, mine: readonly Reader[], says: RegExp]>> = {
  Parquet: [writeParquet(table), ['parquet'], /got a Parquet file\. Read it with parquet\(file\)/],
  'an Arrow file': [tableToIPC(table, 'file'), ['arrowIpc'], /got an Arrow IPC file\. Read it with arrowIpc\(file\)/],
  'an Arrow stream': [tableToIPC(table, 'stream'), ['arrowIpc'], /got an Arrow IPC stream\. Read it with arrowIpc/],
  'lines of JSON': [Buffer.from(lines), ['jsonLines'], /got lines of JSON\. Read it with jsonLines\(file\)/],
  'Feather, version 1': [
    latin1('FEA1'),
    [],
    /got a Feather file of version 1\. Write it as version 2, as with pyarrow/,
  ],
  'a workbook': [
    latin1('PK\x03\x04\x14\0\0\0[Content_Types].xml'),
    [],
    /got an Excel workbook\. Save its sheet as CSV/,
  ],
  'an old workbook': [latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), [], /got an old Excel workbook\. Save its sheet/],
  zip: [latin1('PK\x03\x04\x14\0\0\0data.csv'), [], /got a zip archive\. Unpack it, and read the files in it/],
  tar: [tar, [], /got a tar archive\. Unpack it/],
  'tar in gzip': [gzipSync(tar), [], /got a (tar archive\. Unpack it|file compressed by gzip\. Decompress it)/],
  bzip2: [latin1('BZh91AY&SY\x80'), [], /got a file compressed by bzip2\. Decompress it, as with bunzip2/],
  xz: [latin1('\xfd7zXZ\0'), [], /got a file compressed by xz\. Decompress it, as with unxz/],
  lz4: [latin1('\x04\x22\x4d\x18'), [], /got a file compressed by lz4\. Decompress it, as with unlz4/],
  'UTF-16 with its mark': [Buffer.concat([Buffer.of(0xff, 0xfe), utf16]), [], /got text in UTF-16\..*'utf-16le'/],
  'UTF-16 without': [utf16, [], /got text in UTF-16\..*encoding: 'utf-16le'/],
  'UTF-16, big-endian': [Buffer.from(utf16).swap16(), [], /got text in UTF-16\..*encoding: 'utf-16be'/],
  'a page': [
    Buffer.from('\n<!DOCTYPE html>\n<html>Sign in</html>\n'),
    [],
    /got a page of HTML\. It may be a page about/,
  ],
  XML: [Buffer.from('<?xml version="1.0"?>\n<rows></rows>\n'), [], /got a document of XML\. Write its rows/],
  'an array of JSON': [
    Buffer.from('[\n  {"a":1},\n  {"a":2}\n]\n'),
    [],
    /got a whole document of JSON\. Write each row/,
  ],
  'an object of JSON on lines': [Buffer.from('{\n  "a": 1,\n  "y": 0\n}\n'), [], /got a whole document of JSON/],
  SQLite: [latin1('SQLite format 3\0'), [], /got an SQLite database\. Write its rows as Parquet, Arrow or CSV/],
  DuckDB: [latin1('\x01\x02\x03\x04\x05\x06\x07\x08DUCK'), [], /got a DuckDB database\. Read it with sql\(query/],
  ORC: [latin1('ORC\x0a\x03'), [], /got an ORC file/],
  NumPy: [latin1('\x93NUMPY\x01\0'), [], /got an array of NumPy/],
};

for (const [name, [bytes, mine, message]] of Object.entries(kinds)) {
  test(`${name}: a reader of other files says what it is and what to do`, async (t) => {
    const path = join(home, name.replaceAll(' ', '-'));
    writeFileSync(path, bytes);
    for (const [reader, open] of Object.entries(readers)) {
      if (mine.includes(reader as Reader)) {
        t.true((await read(open(path))).rows.length > 0);
        continue;
      }
      const places = [path, ...(reader === 'parquet' ? [] : [() => [bytes]])];
      for (const place of places) {
        const error = await t.throwsAsync(read(open(place as string)), { instanceOf: SourceError, message });
        t.true(error?.message.startsWith(`${reader} `), error?.message);
      }
    }
  });
}

test('gzip and zstd are looked into where they are read, and named where they are not', async (t) => {
  for (const [compress, name] of [
    [gzipSync, 'gzip'],
    [zstdCompressSync, 'zstd'],
  ] as const) {
    const path = join(home, name);
    writeFileSync(path, compress(text));
    t.is((await read(csv(path))).rows.length, 2);
    await t.throwsAsync(read(arrowIpc(path)), {
      message: /expected a whole Arrow IPC file or stream, got text\. Read it with csv/,
    });
    const message = new RegExp(`got a file compressed by ${name}\\. Decompress it, as with`);
    await t.throwsAsync(read(parquet(path)), { instanceOf: SourceError, message });
    writeFileSync(path, compress(writeParquet(table)));
    await t.throwsAsync(read(csv(path)), { message: /got a Parquet file\. Read it with parquet/ });
  }
});

test('text is named by readers of binary files, by what is between its values', async (t) => {
  for (const [bytes, reader] of [
    ['größe,y\n1,0\n', 'csv'],
    ['a\ty\n1\t0\n2\t0\n', 'tsv'],
  ] as const) {
    const path = join(home, `text.${reader}`);
    writeFileSync(path, bytes);
    for (const open of [arrowIpc, parquet])
      await t.throwsAsync(read(open(path)), { message: new RegExp(`got text\\. Read it with ${reader}\\(file\\)`) });
  }
});

test('text that begins as others do is read', async (t) => {
  for (const header of ['PAR1,ORC', 'ORC', 'ARROW1,y', 'FEA1', 'BZh91', 'PK', '<a>,b', '[a],{b}', 'ustar', '{a}']) {
    const source = csv(() => [Buffer.from(`${header}\n${header}\n`)]);
    t.deepEqual((await source.schema()).names, header.split(','));
  }
  t.is((await read(csv(() => [utf16], { encoding: 'utf-16le' }))).rows.length, 2);
  t.is((await read(jsonLines(() => [Buffer.from(`\n  ${lines}`)]))).rows.length, 2);
});

test('an empty file is one', async (t) => {
  for (const open of [csv, tsv, arrowIpc]) {
    const source = open(() => [new Uint8Array(0)]);
    await t.throwsAsync(source.schema(), { instanceOf: SourceError, message: /got an empty file\.$/ });
  }
});

test('a file may be named by its address', async (t) => {
  const path = join(home, 'named by its address.csv');
  writeFileSync(path, text);
  const url = pathToFileURL(path);
  for (const place of [path, url, `${url}`]) {
    const source = csv(place);
    t.is(source.name, `csv ${path}`);
    t.is((await read(source)).rows.length, 2);
  }
  await t.throwsAsync(csv('file:///no/x.csv').schema(), {
    message: /^csv \/no\/x\.csv: .* no such file\. Check the path\.$/,
  });
  await t.throwsAsync(csv('no.csv').schema(), {
    message: /no such file\. Check the path; it is relative to the folder/,
  });
  t.throws(() => csv('file://elsewhere/x.csv'), {
    instanceOf: OptionError,
    message: /a file of this machine, as file:\/\/\//,
  });
  t.throws(() => csv('s3://bucket/x.csv'), { instanceOf: OptionError, message: /gives it over https:/ });
});
