import test from 'ava';
import { OptionError, SchemaError } from '../../../src/errors.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { interleave } from '../../../src/source/combine/interleave.ts';
import { memory } from '../../../src/source/memory/memory.ts';
import { holdTo } from '../../holdTo.ts';
import { endless, numbers, readersAfterBreak, xs } from './numbers.ts';

holdTo(
  test,
  sourceLaws('interleave', () => interleave(numbers(0, 9), numbers(10, 12), numbers(20, 26, 3))),
);

test('gives a record batch of each in turn', async (t) => {
  const source = interleave(numbers(0, 9), numbers(10, 12), numbers(20, 26, 3));
  t.deepEqual(await xs(source), [0, 1, 2, 3, 10, 11, 20, 21, 22, 4, 5, 6, 7, 23, 24, 25, 8]);
  t.is(await source.rows(), 17);
});

test('refuses sources of other columns, and to be of none', async (t) => {
  const other = memory([{ x: 'word', even: true }], { name: 'words' });
  await t.throwsAsync(xs(interleave(numbers(0, 5), other)), {
    instanceOf: SchemaError,
    message: /Utf8 in memory words/,
  });
  t.throws(() => interleave(), { instanceOf: OptionError, message: /^interleave/ });
});

test('closes every source when the reader leaves', async (t) => {
  const open = new Set<number>();
  t.is(await readersAfterBreak(interleave(endless(0, open), endless(1, open)), open), 0);
});
