import { Dictionary, Int32, makeData, makeVector, Utf8 } from 'apache-arrow';
import test from 'ava';
import { checkData } from '../../../src/source/arrow/checkData.ts';

const dictionaryOf = (offsets: readonly number[]) =>
  makeData({
    type: new Dictionary(new Utf8(), new Int32()),
    length: 2,
    data: Int32Array.of(1, 0),
    dictionary: makeVector(
      makeData({ type: new Utf8(), length: 2, data: Buffer.from('onetwo'), valueOffsets: Int32Array.from(offsets) }),
    ),
  });

test('a dictionary is held to its own buffers, at every look', (t) => {
  t.is(checkData(dictionaryOf([0, 3, 6])), undefined);
  const damaged = dictionaryOf([0, 3, 7]);
  t.is(checkData(damaged), 'a dictionary with an offset beyond the values');
  t.is(checkData(damaged), 'a dictionary with an offset beyond the values');
});
