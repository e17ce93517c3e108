import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { SchemaError, SourceError } from '../../src/errors.ts';
import { parquet } from '../../src/source/parquet.ts';
import type { Source } from '../../src/types.ts';
import { quiet, within } from './sourceLaws.ts';

/** Without looking at the values: one of the files has a name of a gigabyte. */
async function countRows(source: Source): Promise<number> {
  let rows = 0;
  for await (const { records } of source.open({ signal: quiet() })) rows += records.numRows;
  return rows;
}

const conformance = new URL('../../../shared/conformance/parquet-testing/', import.meta.url);
for (const part of ['data', 'bad_data']) {
  test.serial(`reads or refuses each file of parquet-testing/${part}`, async (t) => {
    const files = (await readdir(new URL(part, conformance)).catch(() => [])).filter((file) =>
      file.includes('.parquet'),
    );
    if (files.length === 0) t.log('there are none here');
    const refused: string[] = [];
    for (const file of files) {
      const path = fileURLToPath(new URL(`${part}/${file}`, conformance));
      // A text of a gigabyte is in it: seconds of work until the decoder has no more memory.
      const source = parquet(path, { timeoutMs: file.startsWith('large_string_map') ? 500 : 8000 });
      try {
        const rows = await within(countRows(source), 30_000);
        t.is(await source.rows(), rows);
      } catch (error) {
        refused.push(file);
        t.true(error instanceof SourceError || error instanceof SchemaError, `${file}: ${(error as Error).stack}`);
        t.true((error as Error).message.includes(path), `${file}: ${(error as Error).message}`);
      }
    }
    t.log(`${files.length - refused.length} read, ${refused.length} refused: ${refused.join(', ')}`);
    t.pass();
  });
}
