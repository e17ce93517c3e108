import { join } from 'node:path';
import test from 'ava';
import parquetjs from 'parquetjs-lite';
import { describe, quiet } from '../../../src/laws/readSource.ts';
import { parquet } from '../../../src/source/parquet/parquet.ts';
import { folder } from './parquetFile.ts';

const { ParquetSchema, ParquetWriter } = parquetjs as unknown as {
  readonly ParquetSchema: new (columns: object) => object;
  readonly ParquetWriter: {
    openFile(
      schema: object,
      path: string,
      options: { readonly pageIndex: false },
    ): Promise<{ appendRow(row: object): Promise<void>; close(): Promise<void> }>;
  };
};

test('timestamps of 96 bits are microseconds, also in years that 64 bits of nanoseconds do not reach', async (t) => {
  const path = join(await folder(t), 'old.parquet');
  // Nanoseconds of a day, and the number of the day from -4713 on, which the writer leaves at 0.
  const nanoseconds = [0, 1000, 86_399_999_999_000];
  const schema = new ParquetSchema({ at: { type: 'INT96' }, x: { type: 'DOUBLE' } });
  const writer = await ParquetWriter.openFile(schema, path, { pageIndex: false });
  for (const at of nanoseconds) await writer.appendRow({ at, x: at / 1e9 });
  await writer.close();

  const source = parquet(path);
  t.is(describe(await source.schema()), 'at: Timestamp<MICROSECOND>, x: Float64');
  const dayZero = BigInt(Date.UTC(-4713, 10, 24)) * 1000n;
  for (const columns of [undefined, ['at'], ['x', 'at']]) {
    for await (const { records } of source.open({ signal: quiet(), ...(columns && { columns }) })) {
      t.deepEqual(
        [...(records.getChild('at')!.toArray() as BigInt64Array)],
        nanoseconds.map((each) => dayZero + BigInt(each / 1000)),
      );
      if (columns?.length !== 1)
        t.deepEqual(
          [...records.getChild('x')!],
          nanoseconds.map((each) => each / 1e9),
        );
    }
  }
});
