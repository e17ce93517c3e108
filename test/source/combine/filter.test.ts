import test from 'ava';
import { OptionError, SchemaError } from '../../../src/errors.ts';
import { filter } from '../../../src/source/combine/filter.ts';
import { skip } from '../../../src/source/combine/skip.ts';
import { take } from '../../../src/source/combine/take.ts';
import { quiet, sourceLaws } from '../sourceLaws.ts';
import { endless, numbers, readersAfterBreak, xs } from './numbers.ts';

sourceLaws(test, 'filter', () => filter(numbers(0, 20), ['even'], (even) => even === true));

test('selects rows by their values, also such as take and skip count', async (t) => {
  const even = filter(numbers(0, 20), ['even', 'x'], (isEven, x) => isEven === true && Number(x) > 2);
  t.deepEqual(await xs(even), [4, 6, 8, 10, 12, 14, 16, 18]);
  t.deepEqual(await xs(even, { columns: ['x'] }), [4, 6, 8, 10, 12, 14, 16, 18]);
  t.deepEqual(await xs(take(even, 3)), [4, 6, 8]);
  t.deepEqual(await xs(skip(even, 3)), [10, 12, 14, 16, 18]);
  t.deepEqual(await xs(filter(even, ['x'], (x) => Number(x) % 3 === 0)), [6, 12, 18]);
});

test('gives the same selected rows from the cursor of each record batch', async (t) => {
  const source = filter(numbers(0, 40), ['x'], (x) => Number(x) % 3 === 0);
  const all = await xs(source);
  let given = 0;
  for await (const { cursor, selected } of source.open({ signal: quiet() })) {
    t.deepEqual(await xs(source, { from: cursor }), all.slice(given));
    given += selected!.length;
  }
  t.is(given, all.length);
});

test('gives only the columns that are wanted', async (t) => {
  const source = filter(numbers(0, 20), ['x'], () => true);
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
  t.deepEqual(await xs(filter(numbers(0, 20_000, 5000), ['x'], (x) => x === 1, { onAlarm })), [1]);
  t.is(alarms.length, 1);
  t.regex(alarms[0] ?? '', /^filter by x of memory rows: kept 1 of the first 10000 rows/);
  await xs(filter(numbers(0, 20_000, 5000), ['x'], (x) => Number(x) % 50 === 0, { onAlarm }));
  t.is(alarms.length, 1);
});

test('has a fingerprint with the text of the predicate', async (t) => {
  const by = (predicate: (x: unknown) => boolean) => filter(numbers(0, 5), ['x'], predicate).fingerprint();
  t.deepEqual(await by((x) => x === 1), await by((x) => x === 1));
  t.notDeepEqual(await by((x) => x === 1), await by((x) => x === 2));
});

test('refuses options that are out of bounds, and columns that are not there', async (t) => {
  t.throws(() => filter(numbers(0, 5), [], () => true), { instanceOf: OptionError, message: /^filter: columns/ });
  t.throws(() => filter(numbers(0, 5), ['x'], 'x' as never), {
    instanceOf: OptionError,
    message: /^filter: predicate/,
  });
  await t.throwsAsync(xs(filter(numbers(0, 5), ['evem'], () => true)), {
    instanceOf: SchemaError,
    message: /^filter by evem .*Did you mean 'even'/,
  });
});

test('closes its source when the reader leaves', async (t) => {
  const open = new Set<number>();
  t.is(
    await readersAfterBreak(
      filter(endless(0, open), ['x'], () => true),
      open,
    ),
    0,
  );
});
