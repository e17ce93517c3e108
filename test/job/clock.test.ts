import test from 'ava';
import { createPatience } from '../../src/job/clock/patience.ts';
import { realClock } from '../../src/job/clock/realClock.ts';
import { simulatedClock } from '../../src/job/clock/simulatedClock.ts';

test('patience is over when a key has been looked at for long enough, each for itself', (t) => {
  let now = 0;
  const patience = createPatience({ pauseMs: 10, now: () => now });
  const looks = (key: string) =>
    Array.from({ length: 6 }, () => {
      now += 5;
      return patience.isOver(key, 20);
    });
  t.deepEqual(looks('a'), [false, false, false, false, true, true]);
  t.deepEqual(looks('b'), [false, false, false, false, true, true]);
  t.true(patience.isOver('c', 0));
});

test('patience begins anew after a pause in looking', (t) => {
  let now = 0;
  const patience = createPatience({ pauseMs: 10, now: () => now });
  t.false(patience.isOver('a', 20));
  now = 10;
  t.false(patience.isOver('a', 20));
  now = 21;
  t.false(patience.isOver('a', 20));
  now = 31;
  t.false(patience.isOver('a', 20));
  now = 41;
  t.true(patience.isOver('a', 20));
});

test('a clock without speed stands still, and is at once where it is waited for', async (t) => {
  const clock = simulatedClock({ from: 1000, speed: Infinity });
  t.is(clock.now(), 1000);
  await clock.until(86_400_000);
  t.is(clock.now(), 86_400_000);
  await clock.until(5000);
  t.is(clock.now(), 86_400_000);
});

test('a clock with speed goes so much faster', async (t) => {
  const clock = simulatedClock({ from: 0, speed: 1e6 });
  const began = performance.now();
  await clock.until(50_000_000);
  t.true(performance.now() - began >= 49);
  t.true(clock.now() >= 50_000_000);
});

for (const [name, clock] of [
  ['real', realClock],
  ['simulated', simulatedClock({ from: 0, speed: 2 })],
  ['jumping', simulatedClock({ from: 0, speed: Infinity })],
] as const) {
  test(`waiting on the ${name} clock ends with the signal`, async (t) => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const waiting = clock.until(clock.now() + 1e9, abort.signal);
    abort.abort(reason);
    t.is(await t.throwsAsync(waiting), reason);
    t.is(await t.throwsAsync(clock.until(0, abort.signal)), reason);
  });
}
