import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Table, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import { lastValueFrom, map, toArray } from 'rxjs';
import {
  concatSources,
  filterRows,
  interleave,
  limit,
  mix,
  offset,
  parquet,
  repeatSource,
  type Source,
} from '../../../src/index.ts';
import { quiet, read } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { createGate } from '../../../src/operators.ts';
import { holdTo } from '../../holdTo.ts';
import { smallRows, writeSmall } from './parquetFile.ts';
import { writeParquet } from './writeParquet.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-source-'));
const [small, words] = ['small', 'words'].map((name) => join(folder, `${name}.parquet`)) as [string, string];
test.before(async () => {
  await writeSmall(small);
  await writeFile(words, writeParquet(new Table({ word: vectorFromArray(['a', 'b', 'a']) })));
});
test.after.always(() => rm(folder, { recursive: true, force: true }));

/** Whether this runtime can give memory back before a collection. */
const can = 'transfer' in ArrayBuffer.prototype;
const file = () => parquet(small, { batchRows: 4 });

// Sources above a file cut its record batches, and leave some out: none may be given back with another.
const combined: { readonly [name: string]: () => Source } = {
  concat: () => concatSources(file(), file()),
  filter: () => filterRows(file(), ['whole'], (whole) => Number(whole) % 3 !== 0),
  interleave: () => interleave(file(), file()),
  mix: () => mix([file(), file()], { weights: [2, 1], seed: 3, drawRows: 3 }),
  repeat: () => repeatSource(file(), 3),
  skip: () => offset(file(), 3),
  take: () => limit(file(), 17),
};
// One after the other: each starts a decoder.
for (const [name, make] of Object.entries(combined)) holdTo(test.serial, sourceLaws(`${name} of Parquet`, make));

test('a record batch is empty when its memory was given back', async (t) => {
  for await (const { records, release } of file().open({ signal: quiet() })) {
    const numbers = records.getChild('number')!.data[0]!.values as Float64Array;
    t.is(numbers.length, records.numRows);
    release!();
    t.is(numbers.length, can ? 0 : records.numRows);
  }
});

test('a gate gives memory back when all that was pushed has been worked off, where it is asked to', async (t) => {
  for (const release of [false, true]) {
    const gate = createGate();
    const batches = await lastValueFrom(
      gate.open(file(), { columns: ['number'], release }).pipe(
        map(({ records }) => {
          const numbers = records.getChild('number')!.data[0]!.values as Float64Array;
          // Somebody looks at it for a while.
          const looked = new Promise((resolve) => setTimeout(resolve, 5)).then(() => numbers.length);
          gate.hold(looked);
          return { looked, numbers };
        }),
        toArray(),
      ),
    );
    const lengths = await Promise.all(batches.map(({ looked }) => looked));
    t.is(
      lengths.reduce((sum, length) => sum + length),
      smallRows.length,
    );
    t.deepEqual(
      batches.map(({ numbers }) => numbers.length),
      release && can ? lengths.map(() => 0) : lengths,
    );
  }
});

test('a dictionary, to which copies of its column refer, is not given back', async (t) => {
  const source = parquet(words);
  t.regex((await read(source)).columns!, /Dictionary/);
  for await (const { release } of source.open({ signal: quiet() })) t.is(release, undefined);
});
