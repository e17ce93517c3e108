import test from 'ava';
import { scheduleLaws } from '../../../src/laws/scheduleLaws.ts';
import { cosineDecay } from '../../../src/optimizer/schedules/cosineDecay.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  scheduleLaws(() => cosineDecay({ learningRate: 0.1, steps: 100, warmupSteps: 5 }), 0.1),
);

test('warms up in a straight line, then falls to the end and stays there', (t) => {
  const { at } = cosineDecay({ learningRate: 1, steps: 4, warmupSteps: 2, end: 0.5 });
  // 1/2, 1; then halfway down in the middle: 0.75.
  t.deepEqual([1, 2, 3].map(at), [0.5, 1, 1]);
  t.true(Math.abs(at(5) - 0.75) < 1e-15);
  t.deepEqual([7, 8, 100].map(at), [0.5, 0.5, 0.5]);
});

test('restarts in cycles that grow', (t) => {
  const { at } = cosineDecay({ learningRate: 1, steps: 2, restarts: true, growth: 2 });
  // Cycles of 2, 4 and 8 updates.
  for (const step of [1, 3, 7, 15]) t.is(at(step), 1);
  t.true(Math.abs(at(5) - 0.5) < 1e-15);
});
