import {
  Field,
  FixedSizeList,
  Float32,
  Int32,
  List,
  Null,
  type RecordBatch,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import test from 'ava';
import { copyRecords } from '../../../src/preprocess/derive/copyRecords.ts';
import { batchOf } from '../batchOf.ts';
import { columnsOfTypes, count, every } from '../columnsOfTypes.ts';

const columns: Readonly<Record<string, Vector>> = {
  ...columnsOfTypes,
  vector: vectorFromArray(
    every((i) => [i, i / 2]),
    new FixedSizeList(2, new Field('item', new Float32())),
  ),
  nothing: vectorFromArray(Array(count).fill(null), new Null()),
};
const { records } = batchOf(columns);
const all = new Set(Object.keys(columns));
const text = (batch: RecordBatch, name: string) => [...(batch.getChild(name) ?? [])].map((value) => `${value}`);

test('copies columns of every type, also of a part of a record batch', (t) => {
  for (const [from, to] of [
    [0, count],
    [13, 60],
    [16, 17],
    [40, 40],
  ]) {
    const part = records.slice(from, to);
    const copied = copyRecords(part, all, new WeakSet());
    t.is(copied?.records.numRows, to - from);
    for (const name of all) t.deepEqual(text(copied!.records, name), text(part, name), `${name} from ${from}`);
  }
});

test('a copy goes without the original, and the original stays when the copy goes', (t) => {
  const before = [...all].map((name) => text(records, name));
  const copied = copyRecords(records, all, new WeakSet())!;
  copied.release();
  t.deepEqual(
    [...all].map((name) => text(records, name)),
    before,
  );
  t.is(copied.records.getChild('float')!.data[0]!.values.byteLength, 0);
});

test('holds the columns that are named alone, and of a part of a record batch the part', (t) => {
  const part = records.slice(0, 10);
  const copied = copyRecords(part, new Set(['text', 'float', 'elsewhere']), new WeakSet())!;
  t.deepEqual(
    copied.records.schema.fields.map(({ name }) => name),
    ['float', 'text'],
  );
  // Ten floats; eleven offsets, the letters of rows 0 to 9, and their nulls.
  const letters = text(part, 'text').reduce((sum, value) => sum + (value === 'null' ? 0 : 2 * value.length), 0);
  t.is(copied.bytes, 4 * 10 + 4 * 11 + letters + 2);
});

test('counts a dictionary once, and does not copy it', (t) => {
  const seen = new WeakSet<Vector>();
  const [first, second] = [1, 2].map(() => copyRecords(records, new Set(['coded']), seen)!);
  const { dictionary } = records.getChild('coded')!.data[0]!;
  t.is(first!.records.getChild('coded')!.data[0]!.dictionary, dictionary);
  t.is(first!.bytes - second!.bytes, dictionary!.byteLength);
});

test('copies nothing where a column is of a type that it does not know', (t) => {
  const lists = vectorFromArray([[1], [2, 3]], new List(new Field('item', new Int32())));
  t.is(copyRecords(batchOf({ lists }).records, new Set(['lists']), new WeakSet()), undefined);
});
