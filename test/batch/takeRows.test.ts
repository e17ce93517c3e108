import { Field, Int32, List, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import { takeRows } from '../../src/batch/takeRows.ts';
import { batchOf } from '../preprocess/batchOf.ts';
import { columnsOfTypes as columns, count } from '../preprocess/columnsOfTypes.ts';

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
