import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { optimizerLaws } from '../../src/laws/optimizerLaws.ts';
import { rmsProp } from '../../src/optimizer/rmsProp.ts';
import { holdTo } from '../holdTo.ts';

holdTo(
  test,
  optimizerLaws('rmsProp', (learningRate) => rmsProp({ learningRate }), 0.01),
);
holdTo(
  test,
  optimizerLaws(
    'rmsProp, centered with momentum',
    (learningRate) => rmsProp({ learningRate, momentum: 0.5, centered: true }),
    0.003,
  ),
);

test('divides by the root of the running mean square, twice', (t) => {
  const { kernels } = openEngine('reference');
  const [w, v] = [Float64Array.of(1), new Float64Array(1)];
  const optimizer = rmsProp({ learningRate: 0.5, decay: 0.75, epsilon: 1e-30 });
  // v = 0.25 * 16 = 4: 0.5 * 4 / 2
  optimizer.update(kernels, w, Float64Array.of(4), [v], 1);
  t.deepEqual([w[0], v[0]], [0, 4]);
  // v = 0.75 * 4 + 0.25 * 4 = 4: 0.5 * 2 / 2
  optimizer.update(kernels, w, Float64Array.of(2), [v], 2);
  t.deepEqual([w[0], v[0]], [-0.5, 4]);
});
