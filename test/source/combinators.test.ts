import test from 'ava';
import { OptionError, SchemaError, SourceError } from '../../src/errors.ts';
import { concat } from '../../src/source/concat.ts';
import { filter } from '../../src/source/filter.ts';
import { interleave } from '../../src/source/interleave.ts';
import { memory } from '../../src/source/memory.ts';
import { mix } from '../../src/source/mix.ts';
import { repeat } from '../../src/source/repeat.ts';
import { skip } from '../../src/source/skip.ts';
import { take } from '../../src/source/take.ts';
import type { Source } from '../../src/types.ts';
import { quiet, read, sourceLaws } from './sourceLaws.ts';

/** Rows `x` from `begin` to before `end`, with a second column, in record batches of `batchRows`. */
function numbers(begin: number, end: number, batchRows = 4): Source {
  const rows = Array.from({ length: end - begin }, (_, i) => ({ x: begin + i, even: (begin + i) % 2 === 0 }));
  return memory(rows, { batchRows });
}

async function xs(source: Source, options = {}): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { records, selected } of source.open({ signal: quiet(), ...options })) {
    const column = records.getChild('x');
    for (let i = 0; i < (selected?.length ?? records.numRows); i++)
      found.push(column?.get(selected ? selected[i]! : i));
  }
  return found;
}

const range = (begin: number, end: number) => Array.from({ length: end - begin }, (_, i) => begin + i);

sourceLaws(test, 'concat', () => concat(numbers(0, 10), numbers(10, 11), numbers(11, 20)));
sourceLaws(test, 'take', () => take(numbers(0, 20), 10));
sourceLaws(test, 'skip', () => skip(numbers(0, 20), 6));
sourceLaws(test, 'filter', () => filter(numbers(0, 20), ['even'], (even) => even === true));
sourceLaws(test, 'repeat', () => repeat(numbers(0, 9), 3));
sourceLaws(test, 'interleave', () => interleave(numbers(0, 9), numbers(10, 12), numbers(20, 26, 3)));
sourceLaws(test, 'mix', () => mix([numbers(0, 30), numbers(30, 60, 7)], { weights: [1, 2], seed: 7, drawRows: 5 }));
sourceLaws(test, 'a mix that ends with the first', () =>
  mix([numbers(0, 30), numbers(30, 60, 7)], { weights: [1, 2], seed: 7, drawRows: 5, stop: 'first' }),
);
sourceLaws(test, 'combinators of combinators', () =>
  concat(
    take(skip(numbers(0, 20), 3), 9),
    mix([repeat(numbers(0, 5), 2), numbers(5, 9)], { weights: [1, 1], seed: 7, drawRows: 3 }),
  ),
);

test('concat gives one after the other, take and skip the first and the rest', async (t) => {
  t.deepEqual(await xs(concat(numbers(0, 10), numbers(10, 10 + 1), numbers(11, 20))), range(0, 20));
  t.deepEqual(await xs(take(numbers(0, 20), 10)), range(0, 10));
  t.deepEqual(await xs(skip(numbers(0, 20), 6)), range(6, 20));
  t.deepEqual(await xs(take(numbers(0, 5), 10)), range(0, 5));
  t.deepEqual(await xs(take(numbers(0, 5), 0)), []);
  t.deepEqual(await xs(skip(numbers(0, 5), 5)), []);
  t.is(await concat(numbers(0, 3), skip(numbers(0, 20), 6)).rows(), 17);
  t.is(await take(numbers(0, 5), 10).rows(), 5);
  t.is(await skip(numbers(0, 5), 10).rows(), 0);
});

test('take opens nothing beyond what it needs', async (t) => {
  let pulled = 0;
  const source = memory(
    function* () {
      for (let x = 0; ; x++) {
        pulled++;
        yield { x };
      }
    },
    { batchRows: 4 },
  );
  t.deepEqual(await xs(take(source, 5)), range(0, 5));
  // Four rows tell the columns, and two record batches have five rows.
  t.true(pulled <= 12, `${pulled} pulled`);
});

test('filter selects rows by their values, and take and skip count those', async (t) => {
  const even = filter(numbers(0, 20), ['even', 'x'], (isEven, x) => isEven === true && Number(x) > 2);
  t.deepEqual(await xs(even), [4, 6, 8, 10, 12, 14, 16, 18]);
  t.deepEqual(await xs(even, { columns: ['x'] }), [4, 6, 8, 10, 12, 14, 16, 18]);
  t.deepEqual(await xs(take(even, 3)), [4, 6, 8]);
  t.deepEqual(await xs(skip(even, 3)), [10, 12, 14, 16, 18]);
  t.deepEqual(await xs(filter(even, ['x'], (x) => Number(x) % 3 === 0)), [6, 12, 18]);
  for await (const { records } of even.open({ signal: quiet(), columns: [] })) t.is(records.schema.fields.length, 0);
});

test('filter raises an alarm once when it drops nearly everything', async (t) => {
  const alarms: string[] = [];
  const onAlarm = (message: string) => alarms.push(message);
  t.deepEqual(await xs(filter(numbers(0, 20_000, 5000), ['x'], (x) => x === 1, { onAlarm })), [1]);
  t.is(alarms.length, 1);
  t.regex(alarms[0] ?? '', /^filter by x of memory rows: kept 1 of the first 10000 rows/);
  await xs(filter(numbers(0, 20_000, 5000), ['x'], (x) => Number(x) % 50 === 0, { onAlarm }));
  t.is(alarms.length, 1);
});

test('repeat gives the rows so many times, or without an end', async (t) => {
  t.deepEqual(await xs(repeat(numbers(0, 5), 3)), [...range(0, 5), ...range(0, 5), ...range(0, 5)]);
  t.deepEqual((await xs(take(repeat(numbers(0, 5)), 12))).slice(10), [0, 1]);
  t.is(await repeat(numbers(0, 5), 3).rows(), 15);
  t.is(await repeat(numbers(0, 5)).rows(), undefined);
  await t.throwsAsync(xs(repeat(skip(numbers(0, 5), 5))), { instanceOf: SourceError, message: /rows to repeat/ });
});

test('interleave gives a record batch of each in turn', async (t) => {
  const source = interleave(numbers(0, 9), numbers(10, 12), numbers(20, 26, 3));
  t.deepEqual(await xs(source), [0, 1, 2, 3, 10, 11, 20, 21, 22, 4, 5, 6, 7, 23, 24, 25, 8]);
  t.is(await source.rows(), 17);
});

test('mix draws by weight, gives each row once, and keeps the order of each source', async (t) => {
  const source = mix([numbers(0, 3000, 64), numbers(10_000, 20_000, 64)], { weights: [1, 3], seed: 7, drawRows: 10 });
  const found = (await xs(source)) as number[];
  t.deepEqual(
    found.filter((x) => x < 10_000),
    range(0, 3000),
  );
  t.deepEqual(
    found.filter((x) => x >= 10_000),
    range(10_000, 20_000),
  );
  const first = found.slice(0, 8000).filter((x) => x < 10_000).length;
  // 800 draws at 1/4: 2000 rows with a standard deviation of 10 sqrt(800 3/16) = 122.
  t.true(Math.abs(first - 2000) < 4 * 122, `${first} rows`);
  const other = mix([numbers(0, 3000, 64), numbers(10_000, 20_000, 64)], { weights: [1, 3], seed: 8, drawRows: 10 });
  t.notDeepEqual(await xs(other), found);
});

test('mix ends with the first source when it is told to', async (t) => {
  const source = mix([numbers(0, 10), numbers(100, 1000)], { weights: [1, 1], seed: 7, drawRows: 5, stop: 'first' });
  const found = (await xs(source)) as number[];
  t.deepEqual(
    found.filter((x) => x < 100),
    range(0, 10),
  );
  t.true(found.length < 100, `${found.length} rows`);
});

test('sources of other columns cannot be put together', async (t) => {
  const other = memory([{ x: 'word', even: true }], { name: 'words' });
  for (const source of [
    concat(numbers(0, 5), other),
    interleave(numbers(0, 5), other),
    mix([numbers(0, 5), other], { weights: [1, 1], seed: 7 }),
  ]) {
    const error = await t.throwsAsync(read(source), { instanceOf: SchemaError });
    t.regex(error?.message ?? '', /: memory words: expected the columns of memory rows \("x": Float64/);
  }
});

test('refuses options that are out of bounds', (t) => {
  const source = numbers(0, 5);
  const wrong: readonly (readonly [() => unknown, RegExp])[] = [
    [() => concat(), /^concat/],
    [() => interleave(), /^interleave/],
    [() => take(source, -1), /^take: count/],
    [() => skip(source, 1.5), /^skip: count/],
    [() => repeat(source, 0), /^repeat: times/],
    [() => filter(source, [], () => true), /^filter: columns/],
    [() => mix([source], { weights: [1, 2], seed: 7 }), /^mix: weights/],
    [() => mix([source], { weights: [0], seed: 7 }), /^mix: weights/],
    [() => mix([source], { weights: [1], seed: 0.5 }), /^mix: seed/],
    [() => mix([source], { weights: [1], seed: 7, drawRows: 0 }), /^mix: drawRows/],
  ];
  for (const [build, message] of wrong) t.throws(build, { instanceOf: OptionError, message });
});

test('closes every source when the reader leaves', async (t) => {
  const open = new Set<number>();
  const part = (id: number) =>
    memory(
      async function* () {
        open.add(id);
        try {
          for (let x = 0; ; x++) yield { x };
        } finally {
          open.delete(id);
        }
      },
      { batchRows: 2 },
    );
  for (const source of [
    concat(part(0), part(1)),
    interleave(part(0), part(1)),
    mix([part(0), part(1)], { weights: [1, 1], seed: 7 }),
    repeat(take(skip(part(0), 3), 5)),
    filter(part(0), ['x'], () => true),
  ]) {
    let batches = 0;
    for await (const _ of source.open({ signal: quiet() })) if (++batches === 5) break;
    t.is(open.size, 0, source.name);
  }
});
