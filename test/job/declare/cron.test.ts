import test from 'ava';
import fc from 'fast-check';
import { cron } from '../../../src/jobs.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The first so many due times after a moment, as ISO text. */
function firstTimes(expression: string, timeZone: string, after: string, count: number): string[] {
  const times: string[] = [];
  for (const time of cron(expression, { timeZone }).dueTimes(Date.parse(after), Number.POSITIVE_INFINITY)) {
    times.push(new Date(time).toISOString());
    if (times.length === count) break;
  }
  return times;
}

test('a time that is skipped is due once, at the next moment there is', (t) => {
  // New York, 10 March 2024: after 01:59 comes 03:00, which is 07:00 UTC.
  const expected = ['2024-03-09T07:30:00.000Z', '2024-03-10T07:00:00.000Z', '2024-03-11T06:30:00.000Z'];
  t.deepEqual(firstTimes('30 2 * * *', 'America/New_York', '2024-03-09T00:00:00Z', 3), expected);
  // Four times are skipped, and made up for once.
  t.deepEqual(firstTimes('*/15 2 * * *', 'America/New_York', '2024-03-10T00:00:00Z', 2), [
    '2024-03-10T07:00:00.000Z',
    '2024-03-11T06:00:00.000Z',
  ]);
  // São Paulo, 15 October 2017: there was no midnight.
  t.deepEqual(firstTimes('0 0 * * *', 'America/Sao_Paulo', '2017-10-14T12:00:00Z', 2), [
    '2017-10-15T03:00:00.000Z',
    '2017-10-16T02:00:00.000Z',
  ]);
});

test('a time that comes twice is due the first time', (t) => {
  // New York, 3 November 2024: after 01:59 EDT comes 01:00 EST.
  t.deepEqual(firstTimes('30 1 * * *', 'America/New_York', '2024-11-02T12:00:00Z', 2), [
    '2024-11-03T05:30:00.000Z',
    '2024-11-04T06:30:00.000Z',
  ]);
  // Asked in the second of the two hours.
  t.deepEqual(firstTimes('30 1 * * *', 'America/New_York', '2024-11-03T06:10:00Z', 1), ['2024-11-04T06:30:00.000Z']);
});

test('an expression for every hour goes by real time', (t) => {
  t.deepEqual(firstTimes('30 * * * *', 'America/New_York', '2024-11-03T05:00:00Z', 3), [
    '2024-11-03T05:30:00.000Z',
    '2024-11-03T06:30:00.000Z',
    '2024-11-03T07:30:00.000Z',
  ]);
  t.deepEqual(firstTimes('30 * * * *', 'America/New_York', '2024-03-10T06:00:00Z', 2), [
    '2024-03-10T06:30:00.000Z',
    '2024-03-10T07:30:00.000Z',
  ]);
  // Asked in the first of two hours, the second of which is still to come.
  t.deepEqual(firstTimes('@hourly', 'Europe/Berlin', '2024-10-27T00:30:00Z', 2), [
    '2024-10-27T01:00:00.000Z',
    '2024-10-27T02:00:00.000Z',
  ]);
});

/** Days on which a zone's clocks were changed: by an hour, by half an hour, at midnight, by a day, and not at all. */
const changes = [
  ['America/New_York', '2024-03-10'],
  ['America/New_York', '2024-11-03'],
  ['Europe/Berlin', '2024-03-31'],
  ['Europe/Berlin', '2024-10-27'],
  ['Australia/Lord_Howe', '2024-04-07'],
  ['Australia/Lord_Howe', '2024-10-06'],
  ['America/Sao_Paulo', '2017-10-15'],
  ['America/Sao_Paulo', '2018-02-18'],
  ['Africa/Casablanca', '2024-03-10'],
  ['Pacific/Apia', '2011-12-30'],
  ['Asia/Kolkata', '2024-03-10'],
] as const;

interface Shown {
  readonly at: number;
  /** What the clock showed, as minutes since 1970. */
  readonly minute: number;
}

/** What a zone's clocks showed at each minute of some days, by the runtime's other way of asking. */
function clock(timeZone: string, from: number, until: number): Shown[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return Array.from({ length: (until - from) / MINUTE + 1 }, (_, i) => {
    const at = from + i * MINUTE;
    return { at, minute: Date.parse(`${format.format(at).replace(' ', 'T')}Z`) / MINUTE };
  });
}

/** The rules of `cron`, minute by minute. */
function reckoned(shown: readonly Shown[], minutes: readonly number[], hours: readonly number[] | '*'): number[] {
  const matches = (minute: number) =>
    minutes.includes(minute % 60) && (hours === '*' || hours.includes(Math.floor(minute / 60) % 24));
  const due = new Set<number>();
  const seen = new Set<number>();
  for (const [i, { at, minute }] of shown.entries()) {
    const before = shown[i - 1]?.minute ?? minute - 1;
    for (let skipped = before + 1; skipped < minute; skipped++) if (hours !== '*' && matches(skipped)) due.add(at);
    if (matches(minute) && (hours === '*' || !seen.has(minute))) due.add(at);
    seen.add(minute);
  }
  return [...due];
}

for (const [timeZone, day] of changes) {
  test(`due times are those of a reckoning by minutes: ${timeZone}, ${day}`, (t) => {
    const from = Date.parse(`${day}T00:00Z`) - 40 * HOUR;
    const until = from + 80 * HOUR;
    const shown = clock(timeZone, from, until);
    const set = (most: number) => fc.uniqueArray(fc.nat(most - 1), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        set(60),
        fc.oneof(set(24), set(4), fc.constant('*' as const)),
        fc.nat(80 * 60),
        (minutes, hours, start) => {
          const schedule = cron(`${minutes.join(',')} ${hours === '*' ? '*' : hours.join(',')} * * *`, { timeZone });
          const after = from + start * MINUTE;
          const expected = reckoned(shown, minutes, hours).filter((at) => at > after && at <= until);
          t.deepEqual([...schedule.dueTimes(after, until)], expected);
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });
}

test('due times are in (after, until], and asked for in pieces are the same', (t) => {
  const schedule = cron('*/20 1-3 * * *', { timeZone: 'Europe/Berlin' });
  const from = Date.parse('2024-10-26T00:00Z');
  const until = from + 72 * HOUR;
  const all = [...schedule.dueTimes(from, until)];
  t.true(all.length > 20);
  t.deepEqual(
    all.toSorted((a, b) => a - b),
    all,
  );
  for (const at of all) {
    t.deepEqual([...schedule.dueTimes(at - 1, at)], [at]);
    t.deepEqual([...schedule.dueTimes(at, at)], []);
    t.deepEqual([...schedule.dueTimes(at, until)], all.slice(all.indexOf(at) + 1));
  }
});

test('due times are reckoned only as far as they are asked for', (t) => {
  const [first] = cron('0 0 29 2 *').dueTimes(0, Number.POSITIVE_INFINITY);
  t.is(first, Date.UTC(1972, 1, 29));
});

test('seconds, years, names and the last day of a month can be told', (t) => {
  t.deepEqual(firstTimes('30 0 12 * * *', 'UTC', '2024-01-01T00:00:00Z', 1), ['2024-01-01T12:00:30.000Z']);
  t.deepEqual(firstTimes('0 0 3 1 1 * 2030', 'UTC', '2024-01-01T00:00:00Z', 2), ['2030-01-01T03:00:00.000Z']);
  t.deepEqual(firstTimes('0 3 * * MON-FRI', 'UTC', '2024-03-08T12:00:00Z', 1), ['2024-03-11T03:00:00.000Z']);
  t.deepEqual(firstTimes('0 3 L * *', 'UTC', '2024-02-01T00:00:00Z', 1), ['2024-02-29T03:00:00.000Z']);
});

test('says itself for people', (t) => {
  t.is(cron(' 0 3 * * * ', { timeZone: 'America/New_York' }).text, '0 3 * * * America/New_York');
});

test('refuses what is no expression, never comes true, or names no zone', (t) => {
  const refused = (expression: string, options?: { timeZone: string }) =>
    t.throws(() => cron(expression, options), { name: 'OptionError' })?.message ?? '';
  t.regex(refused('0 0 30 2 *'), /^cron: expression: expected an expression that comes true some day/);
  t.regex(refused('61 * * * *'), /^cron: expression: .*minute: 61/);
  t.regex(refused('* * *'), /^cron: expression: expected five to seven fields/);
  t.regex(refused(''), /^cron: expression: /);
  t.regex(refused('2024-01-01T00:00:00'), /^cron: expression: /);
  t.regex(refused('0 3 * * *', { timeZone: 'America/NewYork' }), /^cron: timeZone: .*Did you mean America\/New_York/);
});
