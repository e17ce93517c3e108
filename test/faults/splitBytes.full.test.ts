import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { csv, jsonLines, type Source, tsv } from '../../src/index.ts';
import { quiet } from '../../src/laws/readSource.ts';
import { dirtyCsv } from '../pipeline/dirty.ts';
import { numberOf } from './numberOf.ts';

/** Every byte of small texts, every so many of larger ones; `npx ava test/faults/splitBytes.full.test.ts -- --step=1` for every one of all. */
const step = numberOf('step', 29);

type Chunks = () => Iterable<Uint8Array>;
interface Text {
  readonly bytes: Uint8Array;
  readonly source: (chunks: Chunks) => Source;
}

/** All that is given of a source: the rows, those that cannot be used, where they are, and how it is cut. */
async function given(source: Source): Promise<string> {
  const parts: unknown[] = [];
  for await (const { records, cursor, selected, refused } of source.open({ signal: quiet(), badRows: 'return' })) {
    parts.push(cursor, selected && [...selected], refused, `${records.toArray().map(String)}`);
  }
  return JSON.stringify(parts);
}

const { bytes: dirty } = dirtyCsv(60);
const types = { a: 'float64', b: 'float64', color: 'string', label: 'int64' } as const;
const lines = [
  '{"a":1,"b":"ä\\"€","c":{"d":[1, null]}}',
  '',
  '{"a":',
  '  {"b":"\\ud834\\udd1e","a":-2,"c":null}\r',
  '[1]',
  '{"c":{"d":[2.5,-1e3]}}',
  '{"c":{"d":[2]}}',
  '{}',
];
const texts: Record<string, Text> = {
  'values in quotes, over lines, with comments': {
    bytes: Buffer.from('\uFEFFa,b,c\r\n1,"x ""y""\r\n",ä\r\n\r\n# no,row\n2,,"€"\n3,"""",𝄞\r4,z,'),
    source: (chunks) => csv(chunks, { batchRows: 2, comment: '#' }),
  },
  'every way in which a row of CSV is bad': {
    bytes: dirty,
    source: (chunks) => csv(chunks, { types, batchRows: 7 }),
  },
  'a delimiter of several bytes': {
    bytes: Buffer.from('a::b\n1:::2\n"x::"::y\n::"\n3'),
    source: (chunks) => csv(chunks, { delimiter: '::', types: 'string' }),
  },
  'escapes, and line ends under them': {
    bytes: Buffer.from('a,b\r\n\\,x,"\\"y\\\r\nz"\n\\\r\n1,\\\\\n2,"3\\\\""4"\r\\N,\\ä\n5\\\r,x\\\n6,"\\\\"\r\n7,x\\'),
    source: (chunks) => csv(chunks, { escape: '\\', nulls: ['\\N'], batchRows: 2, types: 'string' }),
  },
  'rows that are empty lines, one column': {
    bytes: Buffer.from('\r\na\r\n\r\n1,5\r\r\n\n# no\r\n\r\n"-,5"\n\n'),
    source: (chunks) => csv(chunks, { delimiter: ';', decimal: ',', emptyLines: 'row', comment: '#', batchRows: 2 }),
  },
  'rows that are empty lines, several columns': {
    bytes: Buffer.from('a,b\n\n1,x\r\n\r\n\r2,"\n\n"\n3\n\n'),
    source: (chunks) => csv(chunks, { emptyLines: 'row', batchRows: 2 }),
  },
  tabs: { bytes: Buffer.from('a\tb\n 1\t"2"\n3\t\n'), source: (chunks) => tsv(chunks, { trim: true }) },
  'UTF-16': {
    bytes: Buffer.from('\uFEFFa,b\n1,𝄞\n2,"ä\n"\n', 'utf16le'),
    source: (chunks) => csv(chunks, { encoding: 'utf-16le' }),
  },
  'lines of JSON, some of them bad': {
    bytes: Buffer.from(`\uFEFF${lines.join('\n')}\n`),
    source: (chunks) => jsonLines(chunks, { batchRows: 2 }),
  },
};

const conformance = new URL('../../../shared/conformance/csv-spectrum/csvs/', import.meta.url);
for (const name of await readdir(conformance).catch(() => [])) {
  const bytes = await readFile(new URL(name, conformance));
  if (bytes.length < 4096) texts[name] = { bytes, source: (chunks) => csv(chunks) };
}

for (const [name, { bytes, source }] of Object.entries(texts)) {
  test(`gives the same rows at whichever byte its chunks or its compressed parts begin: ${name}`, async (t) => {
    t.timeout(600_000);
    const whole = await given(source(() => [bytes]));
    const zipped = gzipSync(bytes);
    const by = (length: number) => (length < 200 ? 1 : step);
    const check = async (chunks: Uint8Array[], how: string) =>
      t.is(await given(source(() => chunks)), whole, `${name}, ${how}`);
    for (let at = 0; at <= bytes.length; at += by(bytes.length)) {
      const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
      await check([head, tail], `split at ${at}`);
      // Two members of gzip are decompressed into chunks that meet there.
      await check([gzipSync(head), gzipSync(tail)], `compressed in two parts, the second from ${at}`);
    }
    for (let at = 0; at <= zipped.length; at += by(zipped.length)) {
      await check([zipped.subarray(0, at), zipped.subarray(at)], `compressed, split at ${at}`);
    }
    await check(
      Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)),
      'byte by byte',
    );
    await check(
      Array.from(zipped, (_, i) => zipped.subarray(i, i + 1)),
      'compressed, byte by byte',
    );
  });
}
