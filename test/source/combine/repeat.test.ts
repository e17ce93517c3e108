import test from 'ava';
import { OptionError, SourceError } from '../../../src/errors.ts';
import { repeat } from '../../../src/source/combine/repeat.ts';
import { skip } from '../../../src/source/combine/skip.ts';
import { take } from '../../../src/source/combine/take.ts';
import { sourceLaws } from '../sourceLaws.ts';
import { endless, numbers, range, readersAfterBreak, xs } from './numbers.ts';

sourceLaws(test, 'repeat', () => repeat(numbers(0, 9), 3));

test('gives the rows so many times, or without an end', async (t) => {
  t.deepEqual(await xs(repeat(numbers(0, 5), 3)), [...range(0, 5), ...range(0, 5), ...range(0, 5)]);
  t.deepEqual((await xs(take(repeat(numbers(0, 5)), 12))).slice(10), [0, 1]);
  t.is(await repeat(numbers(0, 5), 3).rows(), 15);
  t.is(await repeat(numbers(0, 5)).rows(), undefined);
});

test('does not look for rows for ever where there are none', async (t) => {
  await t.throwsAsync(xs(repeat(skip(numbers(0, 5), 5))), { instanceOf: SourceError, message: /rows to repeat/ });
  t.deepEqual(await xs(repeat(skip(numbers(0, 5), 5), 3)), []);
});

test('refuses numbers that are out of bounds', (t) => {
  for (const times of [0, -1, 1.5, Number.NaN]) {
    t.throws(() => repeat(numbers(0, 5), times), { instanceOf: OptionError, message: /^repeat: times/ });
  }
});

test('closes its source when the reader leaves', async (t) => {
  const open = new Set<number>();
  t.is(await readersAfterBreak(repeat(take(endless(0, open), 5)), open), 0);
});
