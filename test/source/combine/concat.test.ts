import test from 'ava';
import { OptionError, SchemaError } from '../../../src/errors.ts';
import { concat } from '../../../src/source/combine/concat.ts';
import { mix } from '../../../src/source/combine/mix.ts';
import { repeat } from '../../../src/source/combine/repeat.ts';
import { skip } from '../../../src/source/combine/skip.ts';
import { take } from '../../../src/source/combine/take.ts';
import { memory } from '../../../src/source/memory/memory.ts';
import { read, sourceLaws } from '../sourceLaws.ts';
import { endless, numbers, range, readersAfterBreak, xs } from './numbers.ts';

sourceLaws(test, 'concat', () => concat(numbers(0, 10), numbers(10, 11), numbers(11, 20)));
sourceLaws(test, 'concat of what is put together itself', () =>
  concat(
    take(skip(numbers(0, 20), 3), 9),
    mix([repeat(numbers(0, 5), 2), numbers(5, 9)], { weights: [1, 1], seed: 7, drawRows: 3 }),
  ),
);

test('gives one after the other', async (t) => {
  t.deepEqual(await xs(concat(numbers(0, 10), numbers(10, 11), numbers(11, 20))), range(0, 20));
  t.is(await concat(numbers(0, 3), skip(numbers(0, 20), 6)).rows(), 17);
});

test('refuses sources of other columns, by their names', async (t) => {
  const other = memory([{ x: 'word', even: true }], { name: 'words' });
  const error = await t.throwsAsync(read(concat(numbers(0, 5), other)), { instanceOf: SchemaError });
  t.regex(error?.message ?? '', /: memory words: expected the columns of memory rows \("x": Float64/);
});

test('refuses to be of no source', (t) => {
  t.throws(() => concat(), { instanceOf: OptionError, message: /^concat: expected at least one source/ });
});

test('closes its source when the reader leaves', async (t) => {
  const open = new Set<number>();
  t.is(await readersAfterBreak(concat(take(endless(0, open), 4), endless(1, open)), open), 0);
});
