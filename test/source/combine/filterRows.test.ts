import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { DataError, OptionError, SchemaError } from '../../../src/errors.ts';
import { quiet } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { filterRows, type RowPredicate } from '../../../src/source/combine/filterRows.ts';
import { limit } from '../../../src/source/combine/limit.ts';
import { offset } from '../../../src/source/combine/offset.ts';
import { csv } from '../../../src/source/text/csv.ts';
import { holdTo } from '../../holdTo.ts';
import { folder } from '../parquet/parquetFile.ts';
import { endless, numbers, readersAfterBreak, xs } from './numbers.ts';

holdTo(
  test,
  sourceLaws('filterRows', () => filterRows(numbers(0, 20), ['even'], (even) => even === true)),
);

test('selects rows by their values, also such as take and skip count', async (t) => {
  const even = filterRows(numbers(0, 20), ['even', 'x'], (isEven, x) => isEven === true && Number(x) > 2);
  t.deepEqual(await xs(even), [4, 6, 8, 10, 12, 14, 16, 18]);
  t.deepEqual(await xs(even, { columns: ['x'] }), [4, 6, 8, 10, 12, 14, 16, 18]);
  t.deepEqual(await xs(limit(even, 3)), [4, 6, 8]);
  t.deepEqual(await xs(offset(even, 3)), [10, 12, 14, 16, 18]);
  t.deepEqual(await xs(filterRows(even, ['x'], (x) => Number(x) % 3 === 0)), [6, 12, 18]);
});

test('gives the same selected rows from the cursor of each record batch', async (t) => {
  const source = filterRows(numbers(0, 40), ['x'], (x) => Number(x) % 3 === 0);
  const all = await xs(source);
  let given = 0;
  for await (const { cursor, selected } of source.open({ signal: quiet() })) {
    t.deepEqual(await xs(source, { from: cursor }), all.slice(given));
    given += selected!.length;
  }
  t.is(given, all.length);
});

test('gives only the columns that are wanted', async (t) => {
  const source = filterRows(numbers(0, 20), ['x'], () => true);
  for await (const { records } of source.open({ signal: quiet(), columns: ['even'] })) {
    t.deepEqual(
      records.schema.fields.map(({ name }) => name),
      ['even'],
    );
  }
});

test('raises an alarm once when it drops nearly everything', async (t) => {
  const alarms: string[] = [];
  const onAlarm = (message: string) => alarms.push(message);
  t.deepEqual(await xs(filterRows(numbers(0, 20_000, 5000), ['x'], (x) => x === 1, { onAlarm })), [1]);
  t.is(alarms.length, 1);
  t.regex(alarms[0] ?? '', /^filterRows by x of memory rows: kept 1 of the first 10000 rows/);
  await xs(filterRows(numbers(0, 20_000, 5000), ['x'], (x) => Number(x) % 50 === 0, { onAlarm }));
  t.is(alarms.length, 1);
});

test('raises an alarm when it has kept none of few rows, in the line that the reader is told', async (t) => {
  const told: string[] = [];
  const tell = (line: string) => told.push(line);
  const none = filterRows(numbers(0, 20), ['x', 'even'], (x) => x === '3');
  t.deepEqual(await xs(none, { tell }), []);
  t.deepEqual(told, [
    "filterRows by x, even of memory rows: kept none of 20 rows. Check the predicate: (x) => x === '3'",
  ]);
  // Rows of before the place might have been kept; of no rows nothing is to be kept.
  const cursor = (await Array.fromAsync(numbers(0, 20).open({ signal: quiet() }))).at(-1)!.cursor;
  await xs(none, { tell, from: cursor });
  await xs(
    filterRows(limit(numbers(0, 5), 0), ['x'], () => false),
    { tell },
  );
  await xs(
    filterRows(numbers(0, 20), ['x'], (x: number) => x === 19),
    { tell },
  );
  t.is(told.length, 1);
});

/** A file of CSV whose column n is told as int64. */
async function integers(t: ExecutionContext, ...lines: readonly string[]): Promise<string> {
  const path = join(await folder(t), 'n.csv');
  await writeFile(path, ['n,word', ...lines, ''].join('\n'));
  return path;
}

test('gives the predicate numbers for integers of 64 bits, nulls as null, and types it as derive does', async (t) => {
  const path = await integers(t, '0,a', '5,b', ',c', '0,d');
  const words = async (predicate: RowPredicate) => {
    const found: string[] = [];
    for await (const { records, selected } of filterRows(csv(path), ['n', 'word'], predicate).open({ signal: quiet() }))
      for (const row of selected ?? []) found.push(records.getChild('word')!.get(row));
    return found.join('');
  };
  t.is(await words((n) => n === 0), 'ad');
  t.is(await words((n: number | null) => n === null || n > 4), 'bc');
  t.is(await words((n: number, word: string) => n === 0 && word > 'b'), 'd');
  // @ts-expect-error A predicate gives true or false.
  filterRows(csv(path), ['n'], (n: number) => n);
});

test('names file, row and remedy where a value or the predicate cannot be used, and leaves such rows out where they are returned', async (t) => {
  const path = await integers(t, '1,a', '9007199254740993,b', '3,c');
  const source = csv(path);
  const isOdd = (n: number) => {
    if (n === 3) throw new Error('three is too many');
    return n % 2 === 1;
  };
  const refused: string[] = [];
  const kept: number[] = [];
  const tolerant = filterRows(source, ['n'], isOdd).open({ signal: quiet(), badRows: 'return', columns: ['word'] });
  for await (const batch of tolerant) {
    kept.push(...(batch.selected ?? []));
    for (const { file, row, reason, values } of batch.refused ?? [])
      refused.push(`${file === path} ${row} ${reason} ${values?.word}`);
  }
  t.deepEqual(kept, [0]);
  const name = `filterRows by n of csv ${path}`;
  t.deepEqual(refused, [
    `true 1 ${name}: expected an integer up to 2^53, got one near 9007199254740992 b`,
    `true 2 ${name}: expected the predicate to give true or false, got an error: three is too many c`,
  ]);
  const where = `${name}: ${path}, row`;
  for (const [predicate, message] of [
    [
      isOdd,
      `${where} 1, byte 11 (counted from 0), where n is '9007199254740993': expected an integer up to 2^53, got one near 9007199254740992.`,
    ],
    [
      () => undefined as never,
      `${where} 0, byte 7 (counted from 0), where n is 1: expected the predicate to give true or false, got nothing. Does it return a value in every case.`,
    ],
    [
      (async () => true) as never,
      `${where} 0, byte 7 (counted from 0), where n is 1: expected the predicate to give true or false, got a promise. It must not be async: it is called for one row after the other.`,
    ],
  ] as const) {
    await t.throwsAsync(xs(filterRows(source, ['n'], predicate)), { instanceOf: DataError, message });
  }
});

test('has a fingerprint with the text of the predicate', async (t) => {
  const by = (predicate: (x: unknown) => boolean) => filterRows(numbers(0, 5), ['x'], predicate).fingerprint();
  t.deepEqual(await by((x) => x === 1), await by((x) => x === 1));
  t.notDeepEqual(await by((x) => x === 1), await by((x) => x === 2));
});

test('refuses options that are out of bounds, and columns that are not there', async (t) => {
  t.throws(() => filterRows(numbers(0, 5), [], () => true), {
    instanceOf: OptionError,
    message: /^filterRows: columns/,
  });
  t.throws(() => filterRows(numbers(0, 5), ['x'], 'x' as never), {
    instanceOf: OptionError,
    message: /^filterRows: predicate/,
  });
  await t.throwsAsync(xs(filterRows(numbers(0, 5), ['evem'], () => true)), {
    instanceOf: SchemaError,
    message: /^filterRows by evem .*Did you mean even/,
  });
});

test('closes its source when the reader leaves', async (t) => {
  const open = new Set<number>();
  t.is(
    await readersAfterBreak(
      filterRows(endless(0, open), ['x'], () => true),
      open,
    ),
    0,
  );
});
