import { Field, Int32, Schema } from 'apache-arrow';
import test from 'ava';
import { columnIndices } from '../../src/source/columnIndices.ts';

test('gives the place of each column, of a name that is there twice the first', (t) => {
  const schema = new Schema(['a', 'b', 'a', 'c'].map((name) => new Field(name, new Int32())));
  t.deepEqual(
    [...columnIndices(schema)],
    [
      ['a', 0],
      ['b', 1],
      ['c', 3],
    ],
  );
  t.is(columnIndices(schema), columnIndices(schema));
});
