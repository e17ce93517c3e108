import test from 'ava';
import { OptionError, SchemaError } from '../../../src/errors.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { mix } from '../../../src/source/combine/mix.ts';
import { memory } from '../../../src/source/memory/memory.ts';
import { holdTo } from '../../holdTo.ts';
import { endless, numbers, range, readersAfterBreak, xs } from './numbers.ts';

holdTo(
  test,
  sourceLaws('mix', () => mix([numbers(0, 30), numbers(30, 60, 7)], { weights: [1, 2], seed: 7, drawRows: 5 })),
);
holdTo(
  test,
  sourceLaws('a mix that ends with the first', () =>
    mix([numbers(0, 30), numbers(30, 60, 7)], { weights: [1, 2], seed: 7, drawRows: 5, stop: 'first' }),
  ),
);

test('draws by weight, gives each row once, and keeps the order of each source', async (t) => {
  const of = (seed: number) =>
    mix([numbers(0, 3000, 64), numbers(10_000, 20_000, 64)], { weights: [1, 3], seed, drawRows: 10 });
  const found = (await xs(of(7))) as number[];
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
  t.notDeepEqual(await xs(of(8)), found);
});

test('ends with the first source when it is told to', async (t) => {
  const source = mix([numbers(0, 10), numbers(100, 1000)], { weights: [1, 1], seed: 7, drawRows: 5, stop: 'first' });
  const found = (await xs(source)) as number[];
  t.deepEqual(
    found.filter((x) => x < 100),
    range(0, 10),
  );
  t.true(found.length < 100, `${found.length} rows`);
});

test('refuses sources of other columns', async (t) => {
  const other = memory([{ x: 'word', even: true }], { name: 'words' });
  await t.throwsAsync(xs(mix([numbers(0, 5), other], { weights: [1, 1], seed: 7 })), {
    instanceOf: SchemaError,
    message: /Utf8 in memory words/,
  });
});

test('refuses options that are out of bounds', (t) => {
  const source = numbers(0, 5);
  const wrong: readonly (readonly [() => unknown, RegExp])[] = [
    [() => mix([], { weights: [], seed: 7 }), /^mix: expected a list of sources, at least one/],
    [() => mix([source], { weights: [1, 2], seed: 7 }), /^mix: weights/],
    [() => mix([source], { weights: [0], seed: 7 }), /^mix: weights/],
    [() => mix([source], { weights: [1], seed: 0.5 }), /^mix: seed/],
    [() => mix([source], { weights: [1], seed: 7, drawRows: 0 }), /^mix: drawRows/],
    [() => mix([source], { weights: [1], seed: 7, stop: 'never' as never }), /^mix: stop/],
  ];
  for (const [build, message] of wrong) t.throws(build, { instanceOf: OptionError, message });
});

test('closes every source when the reader leaves', async (t) => {
  const open = new Set<number>();
  t.is(await readersAfterBreak(mix([endless(0, open), endless(1, open)], { weights: [1, 1], seed: 7 }), open), 0);
});
