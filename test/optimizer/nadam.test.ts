import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { optimizerLaws } from '../../src/laws/optimizerLaws.ts';
import { nadam } from '../../src/optimizer/nadam.ts';
import { holdTo } from '../holdTo.ts';

holdTo(
  test,
  optimizerLaws('nadam', (learningRate) => nadam({ learningRate })),
);

test('mixes the gradient with the mean that it has made, twice', (t) => {
  const { kernels } = openEngine('reference');
  const w = Float64Array.of(1);
  const moments = [new Float64Array(1), new Float64Array(1)];
  // Without momentum decay, mu is half of beta1 in each step: 1/4; its products are 1/4, 1/16, 1/64.
  const optimizer = nadam({ learningRate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 1e-30, momentumDecay: 0 });
  // m = 1, v = 1, v / (1 - 3/4) = 4, of root 2
  optimizer.update(kernels, w, Float64Array.of(2), moments, 1);
  const first = 1 - (0.1 * ((0.75 * 2) / 0.75 + (0.25 * 1) / (1 - 1 / 16))) / 2;
  t.true(Math.abs(w[0] - first) < 1e-15);
  // g = -1: m = 0, v = 0.75 + 0.25 = 1, v / (1 - 9/16) = 16/7
  optimizer.update(kernels, w, Float64Array.of(-1), moments, 2);
  t.true(Math.abs(w[0] - (first + (0.1 * 0.75) / (1 - 1 / 16) / Math.sqrt(16 / 7))) < 1e-15);
});
