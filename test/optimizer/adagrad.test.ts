import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { optimizerLaws } from '../../src/laws/optimizerLaws.ts';
import { adagrad } from '../../src/optimizer/adagrad.ts';
import { holdTo } from '../holdTo.ts';

holdTo(
  test,
  optimizerLaws('adagrad', (learningRate) => adagrad({ learningRate }), 0.5),
);

test('divides by the root of all squares so far, twice', (t) => {
  const { kernels } = openEngine('reference');
  const [w, sum] = [Float64Array.of(1), new Float64Array(1)];
  const optimizer = adagrad({ learningRate: 0.5, epsilon: 1e-30 });
  optimizer.update(kernels, w, Float64Array.of(3), [sum], 1);
  t.deepEqual([w[0], sum[0]], [0.5, 9]);
  // 9 + 16 = 25: 0.5 * 4 / 5
  optimizer.update(kernels, w, Float64Array.of(4), [sum], 2);
  t.true(Math.abs(w[0] - 0.1) < 1e-15);
});
