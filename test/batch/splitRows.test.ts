import {
  Dictionary,
  Float64,
  Int32,
  Int64,
  LargeUtf8,
  type RecordBatch,
  Table,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import test from 'ava';
import { from } from 'rxjs';
import { type SplitOptions, splitRows } from '../../src/batch/splitRows.ts';
import type { Batch } from '../../src/types.ts';
import { operatorLaws } from '../operatorLaws.ts';
import { batchOf } from '../preprocess/batchOf.ts';

const count = 2000;
const ids = Array.from({ length: count }, (_, i) => (i % 13 === 0 ? null : i));
const names = Array.from({ length: count }, (_, i) => (i % 7 === 0 ? null : `name ${(i * 37) % 101} é`));

/** The selected rows of one side, numbered through the stream. */
function side(batches: readonly Batch[], options: Partial<SplitOptions> = {}): number[] {
  const rows: number[] = [];
  let before = 0;
  from(batches)
    .pipe(splitRows({ validation: 0.3, seed: 7, side: 'validation', ...options }))
    .subscribe(({ records, selected }) => {
      for (const row of selected ?? Array.from({ length: records.numRows }, (_, i) => i)) rows.push(before + row);
      before += records.numRows;
    });
  return rows;
}

const plain = batchOf({ id: vectorFromArray(ids, new Float64()), name: vectorFromArray(names, new Utf8()) });

operatorLaws(test, 'splitRows', {
  make: () => splitRows({ validation: 0.5, seed: 7, side: 'training' }),
  inputs: () => [batchOf({ a: [1, 2, 3, 4], b: ['x', 'y', null, 'z'] }), batchOf({ a: [5, 6], b: ['x', 'y'] })],
});

test('puts each row on exactly one side, about as many as asked for', (t) => {
  const held = side([plain]);
  const kept = side([plain], { side: 'training' });
  t.deepEqual(
    [...held, ...kept].sort((a, b) => a - b),
    Array.from({ length: count }, (_, i) => i),
  );
  t.true(Math.abs(held.length / count - 0.3) < 0.05);
});

test('does not depend on how a column is encoded', (t) => {
  const expected = side([plain]);
  const big = ids.map((id) => (id === null ? null : BigInt(id)));
  for (const id of [vectorFromArray(big, new Int64()), vectorFromArray(ids, new Int32())]) {
    for (const type of [new LargeUtf8(), new Dictionary(new Utf8(), new Int32())]) {
      t.deepEqual(side([batchOf({ id, name: vectorFromArray(names, type) })]), expected);
    }
  }
});

test('does not depend on the record batches nor on slicing', (t) => {
  const { records } = plain;
  const parts = [records.slice(0, 13), records.slice(13, 1001), records.slice(1001)];
  t.deepEqual(side(parts.map((part: RecordBatch) => ({ records: part, cursor: null }))), side([plain]));
});

test('does not depend on the order of the columns', (t) => {
  const [records] = new Table({ name: vectorFromArray(names, new Utf8()), id: vectorFromArray(ids, new Float64()) })
    .batches;
  t.deepEqual(side([{ records, cursor: null }]), side([plain]));
});

test('keeps rows that are equal in the key columns together', (t) => {
  const held = new Set(side([plain], { by: ['name'] }).map((row) => names[row]));
  const kept = new Set(side([plain], { by: ['name'], side: 'training' }).map((row) => names[row]));
  t.true(held.size > 10);
  t.is([...held].filter((name) => kept.has(name)).length, 0);
});

test('depends on the seed', (t) => {
  t.notDeepEqual(side([plain], { seed: 8 }), side([plain]));
});

test('narrows a selection that is there', (t) => {
  const selected = Uint32Array.from({ length: 100 }, (_, i) => 3 * i);
  const held = side([{ ...plain, selected }]);
  t.deepEqual(
    held,
    side([plain]).filter((row) => row < 300 && row % 3 === 0),
  );
});

test('selects everything for training where nothing is held out', (t) => {
  t.is(side([plain], { validation: 0, side: 'training' }).length, count);
  t.is(side([plain], { validation: 0 }).length, 0);
});

test('refuses a share outside [0, 1) and a key without columns', (t) => {
  for (const validation of [-0.1, 1, Number.NaN]) {
    t.throws(() => splitRows({ validation, seed: 7, side: 'training' }), {
      message: /^splitRows: validation: expected/,
    });
  }
  t.throws(() => splitRows({ validation: 0.1, seed: 7, side: 'training', by: [] }), { message: /^splitRows: by: / });
});

test('names a key column that is not there, and the one that was perhaps meant', (t) => {
  let error: unknown;
  from([plain])
    .pipe(splitRows({ validation: 0.1, seed: 7, side: 'training', by: ['nmae'] }))
    .subscribe({
      error: (caught) => {
        error = caught;
      },
    });
  t.regex(String(error), /SchemaError: splitRows: expected a column nmae, got columns id, name. Did you mean name/);
});
