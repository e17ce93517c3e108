import test from 'ava';
import { OptionError, SchemaError } from '../../../src/errors.ts';
import { read } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { concatSources } from '../../../src/source/combine/concatSources.ts';
import { limit } from '../../../src/source/combine/limit.ts';
import { mix } from '../../../src/source/combine/mix.ts';
import { offset } from '../../../src/source/combine/offset.ts';
import { repeatSource } from '../../../src/source/combine/repeatSource.ts';
import { memory } from '../../../src/source/memory/memory.ts';
import { holdTo } from '../../holdTo.ts';
import { endless, numbers, range, readersAfterBreak, xs } from './numbers.ts';

holdTo(
  test,
  sourceLaws('concatSources', () => concatSources(numbers(0, 10), numbers(10, 11), numbers(11, 20))),
);
holdTo(
  test,
  sourceLaws('concatSources of what is put together itself', () =>
    concatSources(
      limit(offset(numbers(0, 20), 3), 9),
      mix([repeatSource(numbers(0, 5), 2), numbers(5, 9)], { weights: [1, 1], seed: 7, drawRows: 3 }),
    ),
  ),
);

test('gives one after the other', async (t) => {
  t.deepEqual(await xs(concatSources(numbers(0, 10), numbers(10, 11), numbers(11, 20))), range(0, 20));
  t.is(await concatSources(numbers(0, 3), offset(numbers(0, 20), 6)).rows(), 17);
});

test('refuses sources of other columns, by their names', async (t) => {
  const other = memory([{ x: 'word', even: true }], { name: 'words' });
  const error = await t.throwsAsync(read(concatSources(numbers(0, 5), other)), { instanceOf: SchemaError });
  t.regex(
    error?.message ?? '',
    /: expected each column to mean one thing in all of them, got x is Float64 in memory rows and Utf8 in memory words\./,
  );
});

test('refuses to be of no source', (t) => {
  t.throws(() => concatSources(), {
    instanceOf: OptionError,
    message: /^concatSources: expected a list of sources, at least one/,
  });
});

test('closes its source when the reader leaves', async (t) => {
  const open = new Set<number>();
  t.is(await readersAfterBreak(concatSources(limit(endless(0, open), 4), endless(1, open)), open), 0);
});
