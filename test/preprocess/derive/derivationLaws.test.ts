import { type Data, TimestampMillisecond, Vector, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import { derivationLaws } from '../../../src/laws/derivationLaws.ts';
import { bucket } from '../../../src/preprocess/derive/bucket.ts';
import { clip } from '../../../src/preprocess/derive/clip.ts';
import { concatenate } from '../../../src/preprocess/derive/concatenate.ts';
import { cyclical } from '../../../src/preprocess/derive/cyclical.ts';
import { dayOfWeek } from '../../../src/preprocess/derive/dayOfWeek.ts';
import { dayOfYear } from '../../../src/preprocess/derive/dayOfYear.ts';
import type { Derivation } from '../../../src/preprocess/derive/derivation.ts';
import { derive } from '../../../src/preprocess/derive/derive.ts';
import { difference } from '../../../src/preprocess/derive/difference.ts';
import { equals } from '../../../src/preprocess/derive/equals.ts';
import { greaterThan } from '../../../src/preprocess/derive/greaterThan.ts';
import { hourOfDay } from '../../../src/preprocess/derive/hourOfDay.ts';
import { log1p } from '../../../src/preprocess/derive/log1p.ts';
import { lower } from '../../../src/preprocess/derive/lower.ts';
import { product } from '../../../src/preprocess/derive/product.ts';
import { ratio } from '../../../src/preprocess/derive/ratio.ts';
import { holdTo } from '../../holdTo.ts';
import { batchOf } from '../batchOf.ts';

const times = [0, 951_868_800_000, null, 1e12, 1e12, -1];
const { records } = batchOf({
  date: vectorFromArray(times, new TimestampMillisecond()),
  a: [1, 2, null, 2, 5, 6],
  b: [0.5, 0, 3, Number.NaN, -2, Number.POSITIVE_INFINITY],
  s: ['x', 'y', 'x', null, 'z', 'x'],
  t: ['ÄÖ', 'İ', null, 'ÄÖ', '', 'äö'],
  flag: [true, null, false, true, false, true],
});

const derivations: Readonly<Record<string, () => Derivation>> = {
  hourOfDay: () => hourOfDay('date'),
  dayOfWeek: () => dayOfWeek('date', { as: 'day' }),
  dayOfYear: () => dayOfYear('date'),
  cyclical: () => cyclical('a', { period: 12 }),
  log1p: () => log1p('b'),
  ratio: () => ratio('a', 'b'),
  difference: () => difference('a', 'b'),
  product: () => product('a', 'b'),
  greaterThan: () => greaterThan('b', 0),
  'equals of a number': () => equals('a', 2),
  'equals of a boolean': () => equals('flag', false),
  'equals of a text': () => equals('s', 'x'),
  'equals of a text that is not there': () => equals('s', 'q'),
  bucket: () => bucket('b', [0, 1]),
  clip: () => clip('b', { least: 0, most: 2 }),
  concatenate: () => concatenate(['s', 't']),
  lower: () => lower('t'),
  derive: () => derive('double', ['a'], (a: number) => 2 * a, { type: 'number' }),
  'derive of two': () => derive('both', ['a', 's'], (a: number, s: string) => `${s}${a}`),
};

for (const [name, make] of Object.entries(derivations)) holdTo(test, derivationLaws(name, make, records));

const added = (derivation: Derivation) => {
  const { schema, data } = derivation.apply(records);
  return [...new Vector([data.children[schema.fields.length - 1] as Data])];
};

for (const [name, derivation, expected] of [
  ['log1p is null where the logarithm is none', log1p('b'), [Math.log(1.5), 0, Math.log(4), null, null, Infinity]],
  ['ratio is null where it divides by 0, and where one is missing', ratio('a', 'b'), [2, null, null, null, -2.5, 0]],
  ['difference', difference('a', 'b'), [0.5, 2, null, null, 7, -Infinity]],
  ['product', product('a', 'b'), [0.5, 0, null, null, -10, Infinity]],
  ['greaterThan is null where there is no number', greaterThan('b', 0), [true, false, true, null, false, true]],
  ['equals a number', equals('a', 2), [false, true, null, true, false, false]],
  ['equals true or false', equals('flag', false), [false, null, true, false, true, false]],
  ['equals a text to the letter', equals('t', 'äö'), [false, false, null, false, false, true]],
  ['a bucket begins at its edge', bucket('b', [0, 0.5, 3]), [2, 1, 3, null, 0, 3]],
  ['clip', clip('b', { least: 0, most: 2 }), [0.5, 0, 2, null, 0, 2]],
  ['clip at one end', clip('b', { least: 0 }), [0.5, 0, 3, null, 0, Infinity]],
  [
    'concatenate is null where one is',
    concatenate(['s', 't'], { separator: '-' }),
    ['x-ÄÖ', 'y-İ', null, null, 'z-', 'x-äö'],
  ],
  ['lower goes by Unicode', lower('t'), ['äö', 'i̇', null, 'äö', '', 'äö']],
] as const) {
  test(name, (t) => {
    t.deepEqual(added(derivation), [...expected]);
  });
}

test('new columns are named by the columns that they come from, or as is said', (t) => {
  t.deepEqual(ratio('price', 'area').names, ['pricePerArea']);
  t.deepEqual(difference('a', 'b').names, ['aMinusB']);
  t.deepEqual(product('a', 'b').names, ['aTimesB']);
  t.deepEqual(equals('kind', 'new').names, ['kindIsNew']);
  t.deepEqual(equals('a', -1).names, ['aIs-1']);
  t.deepEqual(concatenate(['a', 'b', 'c']).names, ['aBC']);
  t.deepEqual(clip('a', { most: 1, as: 'x' }).names, ['x']);
});

test('options that say nothing, and columns of another kind, are refused', (t) => {
  for (const make of [
    () => clip('a', {}),
    () => clip('a', { least: 2, most: 1 }),
    () => bucket('a', []),
    () => bucket('a', [1, 1]),
    () => bucket('a', [Number.NaN]),
    () => greaterThan('a', Number.NaN),
    () => equals('a', null as never),
    () => concatenate(['a']),
    () => ratio('a', ''),
    () => log1p(''),
  ]) {
    t.throws(make, { name: 'OptionError' });
  }
  t.throws(() => log1p('s').fields(records.schema), { name: 'SchemaError', message: /log1p s/ });
  t.throws(() => equals('a', 'x').fields(records.schema), { name: 'SchemaError', message: /column a to hold string/ });
  t.throws(() => equals('s', 1).fields(records.schema), { name: 'SchemaError' });
  t.throws(() => concatenate(['s', 'a']).fields(records.schema), { name: 'SchemaError' });
});
