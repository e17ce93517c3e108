import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { optimizerLaws } from '../../src/laws/optimizerLaws.ts';
import { adam } from '../../src/optimizer/adam.ts';
import { holdTo } from '../holdTo.ts';

holdTo(
  test,
  optimizerLaws('adam', (learningRate) => adam({ learningRate })),
);
holdTo(
  test,
  optimizerLaws('adam with L2', (learningRate) => adam({ learningRate, weightDecay: 0.1 })),
);
holdTo(
  test,
  optimizerLaws('amsgrad', (learningRate) => adam({ learningRate, amsgrad: true })),
);

test('moves by the corrected mean over the root of the corrected mean square, twice', (t) => {
  const { kernels } = openEngine('reference');
  const w = Float64Array.of(1);
  const moments = [new Float64Array(1), new Float64Array(1)];
  const optimizer = adam({ learningRate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 1e-8 });
  // g = 2: m = 1, v = 1; corrected by 1 - 1/2 and 1 - 3/4: 2 and 4.
  optimizer.update(kernels, w, Float64Array.of(2), moments, 1);
  const first = 1 - (0.1 * 2) / (Math.sqrt(4) + 1e-8);
  t.true(Math.abs(w[0] - first) < 1e-15);
  // g = -1: m = 0.5 - 0.5 = 0, v = 0.75 + 0.25 = 1: no move.
  optimizer.update(kernels, w, Float64Array.of(-1), moments, 2);
  t.deepEqual([...moments.map(([value]) => value)], [0, 1]);
  t.true(Math.abs(w[0] - first) < 1e-15);
});

test('refuses a memory of 1, and an epsilon of 0', (t) => {
  t.throws(() => adam({ beta1: 1 }), { name: 'OptionError', message: /^adam: beta1: expected a number in \[0, 1\)/ });
  t.throws(() => adam({ epsilon: 0 }), { name: 'OptionError', message: /^adam: epsilon/ });
});
