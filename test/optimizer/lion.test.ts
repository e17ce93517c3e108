import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { optimizerLaws } from '../../src/laws/optimizerLaws.ts';
import { lion } from '../../src/optimizer/lion.ts';
import { holdTo } from '../holdTo.ts';

holdTo(
  test,
  optimizerLaws('lion', (learningRate) => lion({ learningRate, beta2: 0.9 }), 0.02),
);

test('steps by the sign of the mean and the gradient, twice', (t) => {
  const { kernels } = openEngine('reference');
  const [w, m] = [Float64Array.of(1), new Float64Array(1)];
  const optimizer = lion({ learningRate: 0.125, beta1: 0.5, beta2: 0.75, weightDecay: 0.5 });
  // sign(0.5 * 8) = 1: 1 - 0.125 (1 + 0.5); m = 0.25 * 8
  optimizer.update(kernels, w, Float64Array.of(8), [m], 1);
  t.deepEqual([w[0], m[0]], [0.8125, 2]);
  // sign(0.5 * 2 - 0.5 * 4) = -1: 0.8125 - 0.125 (-1 + 0.40625); m = 1.5 - 1
  optimizer.update(kernels, w, Float64Array.of(-4), [m], 2);
  t.deepEqual([w[0], m[0]], [0.88671875, 0.5]);
});
