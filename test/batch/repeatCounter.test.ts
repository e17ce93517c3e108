import { Int32, Utf8, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import { from } from 'rxjs';
import { createRepeatCounter, mostEqual } from '../../src/batch/repeatCounter.ts';
import { splitRows } from '../../src/batch/splitRows.ts';
import type { SplitRule } from '../../src/batch/types.ts';
import { operatorLaws } from '../../src/laws/operatorLaws.ts';
import type { Batch } from '../../src/source/types.ts';
import { holdTo } from '../holdTo.ts';
import { batchOf } from '../preprocess/batchOf.ts';

const rule: SplitRule = { validation: 0.2, seed: 0, by: ['a', 'b'] };

/** Row `i` of so many is equal to `i % different` of them. */
function rows(count: number, different: number): Batch {
  const ids = Array.from({ length: count }, (_, i) => i % different);
  return batchOf({ a: vectorFromArray(ids, new Int32()), b: vectorFromArray(ids.map(String), new Utf8()) });
}

function found(batches: readonly Batch[], of = rule) {
  const counter = createRepeatCounter(of);
  from(batches).pipe(counter.count).subscribe();
  return { ...counter.found(), counted: counter.rows };
}

holdTo(
  test,
  operatorLaws('count', {
    make: () => createRepeatCounter(rule).count,
    inputs: () => [rows(20, 3), rows(5, 5)],
  }),
);

test('finds no repeats where rows are different, or equal to few others', (t) => {
  t.deepEqual(found([rows(5000, 5000)]), { numbers: [], rows: 0, most: 0, counted: 5000 });
  // 2 sqrt(5000 0.2 0.8) = 56.6 rows are one or two standard deviations of the number of held-out rows.
  t.is(mostEqual(5000, 0.2), 56);
  t.is(found([rows(5000, 100)]).rows, 0);
  t.deepEqual([found([rows(5000, 80)]).numbers.length, found([rows(5000, 80)]).most], [80, 63]);
});

test('finds the rows that repeat among others that do not', (t) => {
  const [often, rare] = [rows(400, 1), rows(1600, 1600)];
  const { numbers, rows: repeated, most } = found([often, rare]);
  t.is(numbers.length, 1);
  // One of the others is equal to those that repeat.
  t.deepEqual([repeated, most], [401, 401]);
  // However they are batched, in whatever order, and where their sides have been asked for before.
  from([often])
    .pipe(splitRows({ ...rule, side: 'training' }))
    .subscribe();
  t.deepEqual(found([rare, often]).numbers, numbers);
  t.deepEqual(found([{ ...often, records: often.records.slice(0, 200) }, rare, often]).numbers, numbers);
});

test('counts the selected rows alone', (t) => {
  const batch = { ...rows(1000, 1), selected: Uint32Array.of(1, 2, 3) };
  t.deepEqual(found([batch]), { numbers: [], rows: 0, most: 0, counted: 3 });
});

test('the more rows there are, the more may be equal: by chance first, then a hundredth of those held out', (t) => {
  t.deepEqual(
    [10, 100, 1000, 100_000, 1_000_000, 3_000_000].map((count) => mostEqual(count, 0.2)),
    [4, 8, 25, 252, 2000, 6000],
  );
  t.is(mostEqual(3_000_000, 0.05), 1500);
  // As many are moved where nearly all are held out.
  t.is(mostEqual(3_000_000, 0.95), 1500);
  // Shares may be tiny, and what is found is not too much for a checkpoint: 10,000 numbers.
  t.is(mostEqual(1e9, 1e-6), 1e5);
});
