import test from 'ava';
import { OptionError, SourceError } from '../../../src/errors.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { limit } from '../../../src/source/combine/limit.ts';
import { offset } from '../../../src/source/combine/offset.ts';
import { repeatSource } from '../../../src/source/combine/repeatSource.ts';
import { holdTo } from '../../holdTo.ts';
import { endless, numbers, range, readersAfterBreak, xs } from './numbers.ts';

holdTo(
  test,
  sourceLaws('repeatSource', () => repeatSource(numbers(0, 9), 3)),
);

test('gives the rows so many times, or without an end', async (t) => {
  t.deepEqual(await xs(repeatSource(numbers(0, 5), 3)), [...range(0, 5), ...range(0, 5), ...range(0, 5)]);
  t.deepEqual((await xs(limit(repeatSource(numbers(0, 5)), 12))).slice(10), [0, 1]);
  t.is(await repeatSource(numbers(0, 5), 3).rows(), 15);
  t.is(await repeatSource(numbers(0, 5)).rows(), undefined);
});

test('does not look for rows for ever where there are none', async (t) => {
  await t.throwsAsync(xs(repeatSource(offset(numbers(0, 5), 5))), {
    instanceOf: SourceError,
    message: /rows to repeat/,
  });
  t.deepEqual(await xs(repeatSource(offset(numbers(0, 5), 5), 3)), []);
});

test('refuses numbers that are out of bounds', (t) => {
  for (const times of [0, -1, 1.5, Number.NaN]) {
    t.throws(() => repeatSource(numbers(0, 5), times), { instanceOf: OptionError, message: /^repeatSource: times/ });
  }
});

test('closes its source when the reader leaves', async (t) => {
  const open = new Set<number>();
  t.is(await readersAfterBreak(repeatSource(limit(endless(0, open), 5)), open), 0);
});
