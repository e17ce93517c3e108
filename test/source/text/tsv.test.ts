import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { read } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { tsv } from '../../../src/source/text/tsv.ts';
import { holdTo } from '../../holdTo.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-tsv-'));
test.after.always(() => rm(home, { recursive: true, force: true }));
const path = join(home, 'small.tsv');
writeFileSync(path, `number\tword\n${Array.from({ length: 10 }, (_, i) => `${i}\tword, ${i}\n`).join('')}`);

holdTo(
  test,
  sourceLaws('a TSV file', () => tsv(path, { batchRows: 4 })),
);

test('reads values between tabs', async (t) => {
  const { rows } = await read(tsv(path));
  t.deepEqual(
    rows,
    Array.from({ length: 10 }, (_, i) => [BigInt(i), `word, ${i}`]),
  );
  t.is(tsv(path).name, `tsv ${path}`);
});
