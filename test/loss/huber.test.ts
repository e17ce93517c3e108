import test from 'ava';
import { lossLaws } from '../../src/laws/lossLaws.ts';
import { huber } from '../../src/loss/huber.ts';
import { holdTo } from '../holdTo.ts';

holdTo(test, lossLaws(huber(), { outputs: 1, targets: [0.5, -3] }));
holdTo(test, lossLaws(huber({ delta: 0.2 }), { outputs: 1, targets: [0.5, -3] }));

test('is a square up to delta and a line beyond it', (t) => {
  const dOutput = new Float64Array(2);
  // Errors 1 and -5, delta 2: 1/2, and 2 (5 - 1) = 8.
  t.is(huber({ delta: 2 }).evaluate(Float64Array.of(1, -5), Float64Array.of(0, 0), dOutput, 2, 1), 4.25);
  t.deepEqual([...dOutput], [0.5, -1]);
});

test('refuses a delta of 0', (t) => {
  t.throws(() => huber({ delta: 0 }), { name: 'OptionError', message: /^huber: delta: expected a finite number/ });
});
