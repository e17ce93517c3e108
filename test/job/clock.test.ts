import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { createBell } from '../../src/job/clock/bell.ts';
import { createPatience } from '../../src/job/clock/patience.ts';
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

test('a clock without speed stands still until it is told to jump, and never goes back', (t) => {
  const clock = simulatedClock({ from: 1000, speed: Infinity });
  t.is(clock.now(), 1000);
  clock.jump?.(86_400_000);
  t.is(clock.now(), 86_400_000);
  clock.jump?.(5000);
  t.is(clock.now(), 86_400_000);
});

test('a clock with speed goes so much faster', async (t) => {
  const clock = simulatedClock({ from: 5, speed: 1e6 });
  const began = performance.now();
  const before = clock.now();
  await setTimeout(10);
  const ms = performance.now() - began;
  t.true(before >= 5 && clock.now() - before >= 5e6 && clock.now() - 5 <= (ms + 10) * 1e6);
});

test('a bell that has rung while nobody waited wakes the next to wait, once', async (t) => {
  const bell = createBell();
  bell.ring();
  bell.ring();
  await bell.rung(1e9);
  const began = performance.now();
  await bell.rung(5);
  t.true(performance.now() - began >= 4);
  const waiting = bell.rung(1e9);
  bell.ring();
  await waiting;
});
