import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import { SchemaError, SourceError } from '../../../src/errors.ts';
import { parquet } from '../../../src/source/parquet/parquet.ts';
import { quiet, read, within } from '../sourceLaws.ts';
import { folder, writeSmall } from './parquetFile.ts';

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

test.serial('gives up a decoder that makes no progress', async (t) => {
  // No thread starts within a millisecond.
  const source = parquet(flights, { timeoutMs: 1 });
  const error = await t.throwsAsync(read(source), { instanceOf: SourceError, message: /no progress for 0.001 s/ });
  t.true(error?.message.startsWith(source.name));
});
