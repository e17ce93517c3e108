import test from 'ava';
import { shownName, shownNames, shownValue } from '../../src/options/shown.ts';

class Model {
  readonly size = 1;
}

for (const [value, shown] of [
  ['adam', "'adam'"],
  ["it's", "'it\\'s'"],
  ['a\n"b"', `'a\\n"b"'`],
  [Number.NaN, 'NaN'],
  [12n, '12n'],
  [null, 'null'],
  [undefined, 'nothing'],
  [[1, Number.NaN, undefined], '[1, NaN, undefined]'],
  [{ rows: 0, 'a b': { c: [] } }, "{ rows: 0, 'a b': { c: [] } }"],
  [{}, '{}'],
  [[[[[1]]]], '[[[[...]]]]'],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9], '[1, 2, 3, 4, 5, 6, 7, 8, ...]'],
  [shownValue, 'the function shownValue'],
  [() => 1, 'a function'],
  [Promise.resolve(1), 'a promise'],
  [new Date(Number.NaN), 'an invalid date'],
  [new Date(0), 'the date 1970-01-01T00:00:00.000Z'],
  [new Model(), 'an object of the class Model'],
  [new Float32Array(3), 'an object of the class Float32Array'],
] as const) {
  test(`shows ${shown}`, (t) => {
    t.is(shownValue(value), shown);
  });
}

test('shows 80 characters of what is long', (t) => {
  t.is(shownValue('x'.repeat(200)).length, 80);
  t.is(shownValue(Array.from({ length: 8 }, () => 'x'.repeat(50))).length, 80);
});

for (const [name, shown] of [
  ['distance', 'distance'],
  ['größe_2', 'größe_2'],
  ['a.b-c', 'a.b-c'],
  ['passenger class', "'passenger class'"],
  ['a,b', "'a,b'"],
  [' ', "' '"],
  ['', "''"],
] as const) {
  test(`shows the name ${shown}`, (t) => {
    t.is(shownName(name), shown);
  });
}

test('of very many names shows forty', (t) => {
  const names = Array.from({ length: 700 }, (_, i) => `c${i}`);
  t.regex(shownNames(names), /^c0, c1, .*, c39 and 660 more$/);
});
