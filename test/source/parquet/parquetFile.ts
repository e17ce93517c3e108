import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import parquetjs from 'parquetjs-lite';

/** The part of the writer that the tests use and the product does not. */
interface Parquetjs {
  readonly ParquetSchema: new (columns: {
    readonly [name: string]: { readonly type: string; readonly optional?: boolean };
  }) => object;
  readonly ParquetWriter: {
    openFile(
      schema: object,
      path: string,
      options: { readonly pageIndex: false },
    ): Promise<{
      setRowGroupSize(rows: number): void;
      appendRow(row: object): Promise<void>;
      close(): Promise<void>;
    }>;
  };
}
const { ParquetSchema, ParquetWriter } = parquetjs as unknown as Parquetjs;

/** The rows of the small file: row groups of 10, 10 and 5 rows. */
export const smallRows = Array.from({ length: 25 }, (_, i) => ({
  number: i / 2,
  word: i % 3 === 2 ? null : `word ${i % 7}`,
  yes: i % 2 === 0,
  whole: i * 1000,
}));

/** A folder that is gone when the test is over. */
export async function folder(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'millrace-source-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Writes the small file with another library than the one that reads it. */
export async function writeSmall(path: string, rows: readonly object[] = smallRows): Promise<string> {
  const schema = new ParquetSchema({
    number: { type: 'DOUBLE' },
    word: { type: 'UTF8', optional: true },
    yes: { type: 'BOOLEAN' },
    whole: { type: 'INT64' },
  });
  const writer = await ParquetWriter.openFile(schema, path, { pageIndex: false });
  writer.setRowGroupSize(10);
  for (const row of rows) {
    // The writer marks the row it is given.
    await writer.appendRow(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
  }
  await writer.close();
  return path;
}
