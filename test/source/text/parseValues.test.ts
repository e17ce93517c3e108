import test from 'ava';
import fc from 'fast-check';
import { parseBoolean } from '../../../src/source/text/parseBoolean.ts';
import { parseInteger, putLong } from '../../../src/source/text/parseInteger.ts';
import { parseNumber } from '../../../src/source/text/parseNumber.ts';
import { type Moment, parseTime } from '../../../src/source/text/parseTime.ts';

const encoder = new TextEncoder();
const number = (text: string) => {
  // Digits before and after must not be read.
  const bytes = encoder.encode(`9${text}9`);
  return parseNumber(bytes, 1, bytes.length - 1);
};
const integer = (text: string) => {
  const bytes = encoder.encode(`9${text}9`);
  const words = new Int32Array(4);
  return parseInteger(bytes, 1, bytes.length - 1, words, 1) ? new BigInt64Array(words.buffer)[1] : undefined;
};
const time = (text: string) => {
  const bytes = encoder.encode(`9${text}9`);
  const moment: Moment = { seconds: 0, micros: 0, kind: 'date' };
  return parseTime(bytes, 1, bytes.length - 1, moment)
    ? { kind: moment.kind, ms: moment.seconds * 1000 + moment.micros / 1000 }
    : undefined;
};

test('reads every float64 as JavaScript does', (t) => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      for (const text of [`${value}`, value.toExponential(5), Math.abs(value) < 1e20 ? value.toFixed(4) : '0']) {
        t.true(Object.is(number(text), Number(text)), text);
      }
    }),
    { seed: 7, numRuns: 3000 },
  );
  for (const text of [
    '.5',
    '5.',
    '+1.5',
    '-0',
    '1E5',
    '1e+5',
    '1e-400',
    '1e400',
    '0.000000000000000000001',
    `1${'0'.repeat(400)}`,
  ]) {
    t.true(Object.is(number(text), Number(text)), text);
  }
  t.is(number('-Infinity'), Number.NEGATIVE_INFINITY);
  t.is(number('inf'), Number.POSITIVE_INFINITY);
  t.is(number('NaN'), Number.NaN);
});

test('reads nothing else as a number', (t) => {
  for (const text of [
    '',
    '-',
    '+',
    '.',
    'e5',
    '1e',
    '1e+',
    '1.2.3',
    '1 ',
    ' 1',
    '0x1',
    '1n',
    '--1',
    'infinit',
    '1,5',
  ]) {
    t.is(number(text), undefined, text);
  }
});

test('reads every int64, and no other integer', (t) => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 66n), 2n ** 66n), (value) => {
      t.is(integer(`${value}`), value >= -(2n ** 63n) && value < 2n ** 63n ? value : undefined);
    }),
    { seed: 7, numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      t.is(integer(`${value}`), BigInt(value));
      const words = new Int32Array(2);
      putLong(value, words, 0);
      t.is(new BigInt64Array(words.buffer)[0], BigInt(value));
    }),
    { seed: 7, numRuns: 2000 },
  );
  for (const text of ['', '-', '1.0', '1e3', '1 ', '0x1', '1'.repeat(40), `${'1'.repeat(15)}x`, `${'1'.repeat(16)}x`]) {
    t.is(integer(text), undefined, text);
  }
});

test('reads times as JavaScript does', (t) => {
  fc.assert(
    fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      const iso = date.toISOString();
      t.deepEqual(time(iso), { kind: 'timestampUtc', ms: date.getTime() }, iso);
      t.deepEqual(time(iso.slice(0, -1).replace('T', ' ')), { kind: 'timestamp', ms: date.getTime() });
      t.deepEqual(time(iso.slice(0, 10)), {
        kind: 'date',
        ms: date.getTime() - (((date.getTime() % 864e5) + 864e5) % 864e5),
      });
    }),
    { seed: 7, numRuns: 1000 },
  );
  for (const zone of ['Z', 'z', '+00:00', '-03:30', '+0545', '-11']) {
    const full = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.toUpperCase();
    t.is(time(`2001-02-03T04:05:06.5${zone}`)?.ms, Date.parse(`2001-02-03T04:05:06.5${full}`), zone);
  }
  t.is(time('2001-02-03T04:05:06.123456')?.ms, Date.UTC(2001, 1, 3, 4, 5, 6, 123) + 0.456);
  t.is(time('2001-02-03 04:05')?.ms, Date.UTC(2001, 1, 3, 4, 5));
});

test('reads nothing else as a time', (t) => {
  for (const text of [
    '',
    '2001',
    '2001-02',
    '2001-2-3',
    '2001-02-29',
    '1900-02-29',
    '2001-13-01',
    '2001-00-01',
    '2001-01-00',
    '2001/01/01',
    '2001-01-01 ',
    '2001-01-01 1',
    '2001-01-01T24:00',
    '2001-01-01T00:60',
    '2001-01-01T00:00:60',
    '2001-01-01T00:00:00.',
    '2001-01-01T00:00:00+',
    '2001-01-01T00:00:00+1',
    '2001-01-01T00:00:00Zx',
    '2001-01-01T00:00:00.1234567',
    '2001-01-01T00:00:0',
  ]) {
    t.is(time(text), undefined, text);
  }
});

test('reads true, false, 1 and 0', (t) => {
  const boolean = (text: string) => parseBoolean(encoder.encode(text), 0, text.length);
  t.deepEqual(['true', 'True', 'TRUE', '1'].map(boolean), [true, true, true, true]);
  t.deepEqual(['false', 'False', 'FALSE', '0'].map(boolean), [false, false, false, false]);
  t.deepEqual(['', '2', 'yes', 'tru', 'falsy', 't'].map(boolean), Array(6).fill(undefined));
});
