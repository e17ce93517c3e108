import {
  Bool,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  Float32,
  Int8,
  Int32,
  Int64,
  LargeUtf8,
  List,
  Null,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import test from 'ava';
import { takeRows } from '../../src/batch/takeRows.ts';
import { batchOf } from '../preprocess/batchOf.ts';

const count = 100;
const every = <T>(value: (i: number) => T) => Array.from({ length: count }, (_, i) => (i % 7 === 3 ? null : value(i)));
const columns = {
  int8: vectorFromArray(
    every((i) => i - 50),
    new Int8(),
  ),
  int64: vectorFromArray(
    every((i) => BigInt(i - 50) * 10n ** 12n),
    new Int64(),
  ),
  float: vectorFromArray(
    Array.from({ length: count }, (_, i) => i / 2),
    new Float32(),
  ),
  bool: vectorFromArray(
    every((i) => i % 3 === 0),
    new Bool(),
  ),
  text: vectorFromArray(
    every((i) => 'é'.repeat(i % 4)),
    new Utf8(),
  ),
  long: vectorFromArray(
    every((i) => `${i ** 3}`),
    new LargeUtf8(),
  ),
  coded: vectorFromArray(
    every((i) => `${i % 5}`),
    new Dictionary(new Utf8(), new Int32()),
  ),
  time: vectorFromArray(
    every((i) => new Date(i * 1e9)),
    new TimestampMicrosecond(),
  ),
  day: vectorFromArray(
    every((i) => new Date(i * 86_400_000)),
    new DateDay(),
  ),
  decimal: vectorFromArray(
    Array.from({ length: count }, (_, i) => Uint32Array.of(i, 0, 0, 0)),
    new Decimal(2, 20),
  ),
  nothing: vectorFromArray(Array(count).fill(null), new Null()),
};
const batch = batchOf(columns, 5);

test('keeps the values of the selected rows in columns of every type', (t) => {
  for (const rows of [[], [0], [3, 4, 10, 11, 99], Array.from({ length: count }, (_, i) => i)]) {
    for (const from of [0, 13]) {
      const selected = Uint32Array.from(rows.filter((row) => row < count - from));
      const { records } = takeRows({ ...batch, records: batch.records.slice(from), selected });
      t.is(records.numRows, selected.length);
      for (const [name, column] of Object.entries(columns)) {
        t.deepEqual(
          [...(records.getChild(name) ?? [])].map(String),
          [...selected].map((row) => String(column.get(from + row))),
          name,
        );
      }
    }
  }
});

test('keeps columns and cursor, and selects nothing any more', (t) => {
  const taken = takeRows({ ...batch, selected: Uint32Array.of(1) });
  t.is(`${taken.records.schema}`, `${batch.records.schema}`);
  t.is(taken.cursor, 5);
  t.is(taken.selected, undefined);
});

test('gives a batch as it is where all rows are meant, or a column is a list', (t) => {
  t.is(takeRows(batch), batch);
  const lists = batchOf({ a: vectorFromArray([[1], [2]], new List(new Field('item', new Int32()))) });
  const some = { ...lists, selected: Uint32Array.of(1) };
  t.is(takeRows(some), some);
});
