import test from 'ava';
import { OptionError } from '../../../src/errors.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { limit } from '../../../src/source/combine/limit.ts';
import { memory } from '../../../src/source/memory/memory.ts';
import { holdTo } from '../../holdTo.ts';
import { endless, numbers, range, readersAfterBreak, xs } from './numbers.ts';

holdTo(
  test,
  sourceLaws('limit', () => limit(numbers(0, 20), 10)),
);

test('gives the first rows, or all', async (t) => {
  t.deepEqual(await xs(limit(numbers(0, 20), 10)), range(0, 10));
  t.deepEqual(await xs(limit(numbers(0, 5), 10)), range(0, 5));
  t.deepEqual(await xs(limit(numbers(0, 5), 0)), []);
  t.is(await limit(numbers(0, 5), 10).rows(), 5);
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
  t.deepEqual(await xs(limit(source, 5)), range(0, 5));
  // Four rows tell the columns, and two record batches have five rows.
  t.true(pulled <= 12, `${pulled} pulled`);
});

test('refuses counts that are out of bounds', (t) => {
  for (const count of [-1, 1.5, Number.NaN]) {
    t.throws(() => limit(numbers(0, 5), count), { instanceOf: OptionError, message: /^limit: count/ });
  }
});

test('closes its source when it has enough, and when the reader leaves', async (t) => {
  const open = new Set<number>();
  t.is((await xs(limit(endless(0, open), 7))).length, 7);
  t.is(open.size, 0);
  t.is(await readersAfterBreak(limit(endless(0, open), 100), open), 0);
});
