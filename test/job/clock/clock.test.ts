import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { simulatedClock } from '../../../src/job/clock/clocks.ts';
import { createStallDetector } from '../../../src/job/clock/stallDetector.ts';
import { createWakeUp } from '../../../src/job/clock/wakeUp.ts';

test('a key is stalled when it has been looked at for long enough, each for itself', (t) => {
  let now = 0;
  const detector = createStallDetector({ pauseMs: 10, now: () => now });
  const looks = (key: string) =>
    Array.from({ length: 6 }, () => {
      now += 5;
      return detector.isStalled(key, 20);
    });
  t.deepEqual(looks('a'), [false, false, false, false, true, true]);
  t.deepEqual(looks('b'), [false, false, false, false, true, true]);
  t.true(detector.isStalled('c', 0));
});

test('a stall begins anew after a pause in looking', (t) => {
  let now = 0;
  const detector = createStallDetector({ pauseMs: 10, now: () => now });
  t.false(detector.isStalled('a', 20));
  now = 10;
  t.false(detector.isStalled('a', 20));
  now = 21;
  t.false(detector.isStalled('a', 20));
  now = 31;
  t.false(detector.isStalled('a', 20));
  now = 41;
  t.true(detector.isStalled('a', 20));
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

test('a signal that came while nobody waited wakes the next to wait, once', async (t) => {
  const wakeUp = createWakeUp();
  wakeUp.signal();
  wakeUp.signal();
  await wakeUp.wait(1e9);
  const began = performance.now();
  await wakeUp.wait(5);
  t.true(performance.now() - began >= 4);
  const waiting = wakeUp.wait(1e9);
  wakeUp.signal();
  await waiting;
});
