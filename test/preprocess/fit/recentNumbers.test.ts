import { Int32, Int64, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import { derive } from '../../../src/preprocess/derive/derive.ts';
import { recentNumbers } from '../../../src/preprocess/fit/recentNumbers.ts';
import { batchOf } from '../batchOf.ts';

const columnOf = (...values: number[]) => vectorFromArray(values, new Int32()).data[0];

test('a column is read once, until four others have been read', (t) => {
  const column = columnOf(1, 2, 3);
  const numbers = recentNumbers(column);
  t.deepEqual([...numbers], [1, 2, 3]);
  for (const value of [4, 5, 6]) recentNumbers(columnOf(value));
  t.is(recentNumbers(column), numbers);
  recentNumbers(columnOf(7));
  t.deepEqual([...recentNumbers(column)], [1, 2, 3]);
  t.not(recentNumbers(column), numbers);
});

test('a column of many rows is not kept', (t) => {
  const column = vectorFromArray(new Int32Array(131_073)).data[0];
  t.not(recentNumbers(column), recentNumbers(column));
});

test('a function of more columns than are kept sees the values of each', (t) => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const columns = names.map((name, i) => [name, vectorFromArray([10n ** BigInt(i), 0n], new Int64())] as const);
  const sum = derive('sum', names, (...values: number[]) => values.reduce((all, value) => all + value, 0));
  const { records } = batchOf(Object.fromEntries(columns));
  t.deepEqual([...(sum.apply(records).getChild('sum') ?? [])], [111_111, 0]);
});
