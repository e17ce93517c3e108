import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Table, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import fc from 'fast-check';
import { SchemaError, SourceError } from '../../../src/errors.ts';
import { quiet, read, within } from '../../../src/laws/readSource.ts';
import { parquet } from '../../../src/source/parquet/parquet.ts';
import { readThrift, type ThriftStruct } from '../../../src/source/parquet/thriftReader.ts';
import { folder, writeSmall } from './parquetFile.ts';
import { writeParquet } from './writeParquet.ts';

const flights = fileURLToPath(new URL('../../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url));

test.serial('notices every cut', async (t) => {
  const here = await folder(t);
  const bytes = await readFile(await writeSmall(join(here, 'small.parquet')));
  for (let i = 0; i < 40; i++) {
    const path = join(here, `${i}.parquet`);
    await writeFile(path, bytes.subarray(0, Math.floor((i * (bytes.length - 1)) / 39)));
    const error = await t.throwsAsync(within(read(parquet(path)), 10_000), { instanceOf: SourceError }, `cut ${i}`);
    t.true(error?.message.includes(path));
  }
});

test.serial('survives flipped bits: an error that names the file, or rows', async (t) => {
  const here = await folder(t);
  const bytes = await readFile(await writeSmall(join(here, 'small.parquet')));
  let refused = 0;
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), async (byte, bit) => {
      const flipped = Uint8Array.from(bytes);
      flipped[byte]! ^= 1 << bit;
      const path = join(here, `${run++}.parquet`);
      await writeFile(path, flipped);
      try {
        await within(read(parquet(path, { timeoutMs: 5000 })), 10_000);
      } catch (error) {
        refused++;
        t.true(error instanceof SourceError || error instanceof SchemaError, `byte ${byte}, bit ${bit}: ${error}`);
        t.true((error as Error).message.includes(path));
      }
    }),
    { seed: 7, numRuns: 100 },
  );
  t.true(refused > 20, `${refused} refused`);
});

test.serial('gives the rows before a damaged row group, then an error there', async (t) => {
  const path = join(await folder(t), 'damaged.parquet');
  const bytes = await readFile(flights);
  // In the middle of the file: pages of the sixth of eleven row groups.
  bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 4096);
  await writeFile(path, bytes);
  let rows = 0;
  const reading = async () => {
    for await (const { records } of parquet(path).open({ signal: quiet() })) rows += records.numRows;
  };
  await t.throwsAsync(within(reading(), 20_000), { instanceOf: SourceError });
  t.true(rows >= 4 * 272_727 && rows < 3_000_000, `${rows} rows`);
});

test.serial('names the row group, the column and a row before the damage', async (t) => {
  const here = await folder(t);
  const count = Array.from({ length: 3000 }, (_, i) => i);
  const columns = ['a', 'b', 'c with a space', 'd', 'e'];
  const table = new Table(
    Object.fromEntries(
      columns.map((name, k) => [name, vectorFromArray(count.map((i) => (i % 11 === k ? null : i * k)))]),
    ),
  );
  const bytes = writeParquet(table, (builder) => builder.setMaxRowGroupSize(1000).setDictionaryEnabled(false));
  const { 4: groups } = readThrift(
    bytes.subarray(bytes.length - 8 - Buffer.from(bytes).readUInt32LE(bytes.length - 8), -8),
  );
  let panics = 0;
  for (const [group, column] of [
    [0, 0],
    [1, 2],
    [2, 4],
    [1, 1],
  ] as const) {
    const chunk = (groups as ThriftStruct[])[group]![1] as ThriftStruct[];
    const { 9: at, 7: size } = chunk[column]![3] as ThriftStruct;
    // The head of the page, and its levels.
    for (const [begin, fill] of [
      [0, 0xff],
      [30, 0xff],
      [24, 0x00],
    ] as const) {
      const path = join(here, `${group}-${column}-${begin}.parquet`);
      await writeFile(
        path,
        Uint8Array.from(bytes).fill(fill, Number(at) + begin, Number(at) + Math.min(begin + 40, Number(size))),
      );
      const error = await t.throwsAsync(read(parquet(path, { batchRows: 100 })), { instanceOf: SourceError });
      const name = columns[column]!.includes(' ') ? `'${columns[column]}'` : columns[column];
      const [place, what] = error!.message.split(': ');
      const [, where, row] = place!.match(/^(.*), from row (\d+)$/)!;
      t.is(where, `parquet ${path}, row group ${group}, column ${name}`);
      t.is(Math.floor(Number(row) / 1000), group);
      t.true(what!.startsWith('expected a whole Parquet file, got one whose pages cannot be decoded ('));
      t.notRegex(error?.message ?? '', /unreachable/);
      if (error?.message.includes('the decoder gave up')) panics++;
      // Other columns are read all the same.
      const others = columns.filter((_, k) => k !== column);
      t.is((await read(parquet(path), { columns: others })).rows.length, 3000);
    }
  }
  t.true(panics > 0, 'a decoder that says nothing is among them');
});

test.serial('names a codec that the decoder lacks', async (t) => {
  const path = join(await folder(t), 'lzo.parquet');
  const bytes = Buffer.from(writeParquet(new Table({ a: vectorFromArray([1, 2]), b: vectorFromArray([3, 4]) })));
  const footer = bytes.subarray(bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8), -8);
  const codecs = new Map<ThriftStruct, number>();
  const { 4: groups } = readThrift(footer, (struct, field, at) => field === 4 && codecs.set(struct, at));
  const [, second] = (groups as ThriftStruct[])[0]![1] as ThriftStruct[];
  footer[codecs.get(second![3] as ThriftStruct)! + 1] = 2 * 3;
  await writeFile(path, bytes);
  await t.throwsAsync(read(parquet(path)), {
    instanceOf: SourceError,
    message:
      /row group 0, column b, from row 0: expected pages that are compressed by snappy, .* got such by LZO\. Write it/,
  });
  t.deepEqual((await read(parquet(path), { columns: ['a'] })).rows, [[1], [2]]);
});

test.serial('gives up a decoder that makes no progress', async (t) => {
  // No thread starts within a millisecond.
  const source = parquet(flights, { timeoutMs: 1 });
  const error = await t.throwsAsync(read(source), { instanceOf: SourceError, message: /no progress for 0.001 s/ });
  t.true(error?.message.startsWith(source.name));
});
