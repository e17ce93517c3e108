import test from 'ava';
import { OptionError } from '../../../src/errors.ts';
import { take } from '../../../src/source/combine/take.ts';
import { memory } from '../../../src/source/memory/memory.ts';
import { sourceLaws } from '../sourceLaws.ts';
import { endless, numbers, range, readersAfterBreak, xs } from './numbers.ts';

sourceLaws(test, 'take', () => take(numbers(0, 20), 10));

test('gives the first rows, or all', async (t) => {
  t.deepEqual(await xs(take(numbers(0, 20), 10)), range(0, 10));
  t.deepEqual(await xs(take(numbers(0, 5), 10)), range(0, 5));
  t.deepEqual(await xs(take(numbers(0, 5), 0)), []);
  t.is(await take(numbers(0, 5), 10).rows(), 5);
});

test('reads no more than it needs', async (t) => {
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

test('refuses counts that are out of bounds', (t) => {
  for (const count of [-1, 1.5, Number.NaN]) {
    t.throws(() => take(numbers(0, 5), count), { instanceOf: OptionError, message: /^take: count/ });
  }
});

test('closes its source when it has enough, and when the reader leaves', async (t) => {
  const open = new Set<number>();
  t.is((await xs(take(endless(0, open), 7))).length, 7);
  t.is(open.size, 0);
  t.is(await readersAfterBreak(take(endless(0, open), 100), open), 0);
});
