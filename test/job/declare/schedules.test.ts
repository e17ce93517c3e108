import test from 'ava';
import fc from 'fast-check';
import { cron, every, manual, onNewData } from '../../../src/jobs.ts';
import { jobScheduleLaws } from '../../../src/laws.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  jobScheduleLaws(() => every({ minutes: 50 })),
);
holdTo(
  test,
  jobScheduleLaws(() => cron('30 2 * * *', { timeZone: 'Europe/Zurich' })),
);
holdTo(
  test,
  jobScheduleLaws(() => cron('*/17 * * * *', { timeZone: 'America/New_York' })),
);
holdTo(
  test,
  jobScheduleLaws(() => manual()),
);
holdTo(
  test,
  jobScheduleLaws(() => onNewData({ minRows: 5 })),
);

test('every is due at full distances from its anchor, wherever one begins to ask', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.integer({ min: -1e12, max: 1e12 }),
      (seconds, anchor, after) => {
        const until = after + 5 * seconds * 1000;
        const times = [...every({ seconds, from: new Date(anchor) }).dueTimes(after, until)];
        // Five whole periods hold five multiples, be the first one in (after, after + period].
        t.is(times.length, 5);
        for (const time of times) t.is((time - anchor) % (seconds * 1000) || 0, 0);
        t.true(times[0]! > after && times[4]! <= until);
      },
    ),
    { seed: 1 },
  );
});

test('every adds up no error over a million periods', (t) => {
  const schedule = every({ minutes: 0.1 });
  const at = 1_000_000 * 6000;
  t.deepEqual([...schedule.dueTimes(at - 1, at)], [at]);
});

test('every says itself for people', (t) => {
  t.is(every({ minutes: 15 }).text, 'every 15 minutes');
  t.is(every({ hours: 1 }).text, 'every hour');
  t.is(every({ days: 1, hours: 12 }).text, 'every day 12 hours');
});

test('every refuses less than a second, and what is no length of time', (t) => {
  t.throws(() => every({}), { name: 'OptionError', message: /^every: expected a length of time of at least 1 s/ });
  t.throws(() => every({ seconds: 0.5 }), { name: 'OptionError' });
  t.throws(() => every({ minutes: -1, hours: 1 }), { name: 'OptionError' });
  // @ts-expect-error no such part
  t.throws(() => every({ weeks: 1 }), { name: 'OptionError', message: /weeks/ });
  t.throws(() => every({ minutes: 1, from: new Date('x') }), { message: /^every: from: expected a date/ });
});

test('onNewData and manual are never due by themselves', (t) => {
  t.deepEqual([...onNewData({ minRows: 1 }).dueTimes(0, 1e13)], []);
  t.deepEqual([...manual().dueTimes(0, 1e13)], []);
  t.deepEqual(onNewData({ minRows: 5, every: { seconds: 30 } }).newData, { minRows: 5, everyMs: 30_000 });
  t.throws(() => onNewData({ minRows: 0 }), { message: /^onNewData: minRows: expected an integer of at least 1/ });
  t.throws(() => onNewData({ minRows: 1, every: { seconds: 0 } }), { message: /^onNewData: every: / });
});
