import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Float64, Int64, Table, Utf8, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import { Compression, WriterVersion } from 'parquet-wasm/esm';
import { parquet } from '../../../src/index.ts';
import { read } from '../../../src/laws/readSource.ts';
import { compressedChunks } from '../../../src/source/parquet/compressedPages.ts';
import { folder } from './parquetFile.ts';
import { writeParquet } from './writeParquet.ts';

const rows = Array.from({ length: 2400 }, (_, i) => i);
const table = new Table({
  whole: vectorFromArray(
    rows.map((i) => BigInt(i % 100)),
    new Int64(),
  ),
  number: vectorFromArray(
    rows.map((i) => (i % 7 === 0 ? null : i % 10)),
    new Float64(),
  ),
  word: vectorFromArray(
    rows.map((i) => `word ${i % 50}`),
    new Utf8(),
  ),
});
const expected = rows.map((i) => [BigInt(i % 100), i % 7 === 0 ? null : i % 10, `word ${i % 50}`]);

/** As Arrow 2.0 wrote it: with that name, and all pages marked as not compressed. */
function written(
  compression: Compression,
  { createdBy = 'parquet-cpp version 1.5.1-SNAPSHOT', dictionary = true } = {},
) {
  const bytes = Buffer.from(
    writeParquet(table, (builder) =>
      builder
        .setWriterVersion(WriterVersion.V2)
        .setCompression(compression)
        .setCreatedBy(createdBy)
        .setDictionaryEnabled(dictionary)
        .setMaxRowGroupSize(1200)
        .setDataPageSizeLimit(500),
    ),
  );
  // The lengths of the levels, the second of which is 0 without lists, then the mark: field 7, true, of the compact protocol.
  let marks = 0;
  for (let at = 0; at + 4 < bytes.length; at++) {
    if (bytes[at] !== 0x15 || bytes[at + 2] !== 0x15 || bytes[at + 3] !== 0 || bytes[at + 4] !== 0x11) continue;
    bytes[at + 4] = 0x12;
    marks++;
  }
  return { bytes, marks };
}

for (const name of ['SNAPPY', 'GZIP', 'ZSTD', 'BROTLI', 'LZ4_RAW'] as const) {
  for (const dictionary of [true, false]) {
    test(`pages of Arrow 2.0 that are compressed by ${name} and say that they are not are read, ${dictionary ? 'with' : 'without'} dictionaries`, async (t) => {
      const path = join(await folder(t), 'pages.parquet');
      const { bytes, marks } = written(Compression[name], { dictionary });
      t.true(marks >= 6, `${marks} pages`);
      await writeFile(path, bytes);
      t.deepEqual((await read(parquet(path))).rows, expected);
      t.deepEqual(
        (await read(parquet(path), { columns: ['word', 'whole'], from: 1500 })).rows,
        expected.slice(1500).map(([whole, , word]) => [word, whole]),
      );
    });
  }
}

test('what other writers say of their pages is believed, and pages without a codec are as they are', async (t) => {
  const path = join(await folder(t), 'pages.parquet');
  const later = writeParquet(table, (builder) =>
    builder.setWriterVersion(WriterVersion.V2).setCompression(Compression.SNAPPY),
  );
  await writeFile(path, later);
  t.deepEqual((await read(parquet(path))).rows, expected);
  await writeFile(path, written(Compression.UNCOMPRESSED).bytes);
  t.deepEqual((await read(parquet(path))).rows, expected);
  const footerOf = (bytes: Buffer) => bytes.subarray(-8 - bytes.readUInt32LE(bytes.length - 8), -8);
  t.is(compressedChunks(footerOf(written(Compression.SNAPPY).bytes)).length, 6);
  for (const createdBy of ['parquet-cpp-arrow version 3.0.0', 'parquet-cpp version 2.0.0', 'parquet-mr version 1.5.1'])
    t.deepEqual(compressedChunks(footerOf(written(Compression.SNAPPY, { createdBy }).bytes)), []);
  t.deepEqual(compressedChunks(footerOf(written(Compression.UNCOMPRESSED).bytes)), []);
  t.deepEqual(compressedChunks(Uint8Array.of(0x15, 0xff)), []);
});
