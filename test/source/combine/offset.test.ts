import test from 'ava';
import { OptionError } from '../../../src/errors.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { offset } from '../../../src/source/combine/offset.ts';
import { holdTo } from '../../holdTo.ts';
import { endless, numbers, range, readersAfterBreak, xs } from './numbers.ts';

holdTo(
  test,
  sourceLaws('offset', () => offset(numbers(0, 20), 6)),
);

test('gives all but the first rows', async (t) => {
  t.deepEqual(await xs(offset(numbers(0, 20), 6)), range(6, 20));
  t.deepEqual(await xs(offset(numbers(0, 20), 8)), range(8, 20));
  t.deepEqual(await xs(offset(numbers(0, 5), 0)), range(0, 5));
  t.deepEqual(await xs(offset(numbers(0, 5), 5)), []);
  t.is(await offset(numbers(0, 5), 10).rows(), 0);
});

test('refuses counts that are out of bounds', (t) => {
  for (const count of [-1, 1.5, Number.NaN]) {
    t.throws(() => offset(numbers(0, 5), count), { instanceOf: OptionError, message: /^offset: count/ });
  }
});

test('closes its source when the reader leaves', async (t) => {
  const open = new Set<number>();
  t.is(await readersAfterBreak(offset(endless(0, open), 3), open), 0);
});
