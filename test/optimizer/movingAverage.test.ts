import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { movingAverage } from '../../src/optimizer/movingAverage.ts';

test('follows the parameters quickly at first, and slowly later', (t) => {
  const average = Float64Array.of(0);
  const { kernels } = openEngine('reference');
  const { update } = movingAverage({ decay: 0.5 });
  // Step 1: d = 2/11.
  update(kernels, average, Float64Array.of(11), 1);
  t.true(Math.abs(average[0] - 9) < 1e-14);
  // Step 100: d = 0.5, as declared.
  update(kernels, average, Float64Array.of(11), 100);
  t.true(Math.abs(average[0] - 10) < 1e-14);
});

test('refuses a decay of 1', (t) => {
  t.throws(() => movingAverage({ decay: 1 }), { name: 'OptionError', message: /^movingAverage: decay: expected/ });
});
