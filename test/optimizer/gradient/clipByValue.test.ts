import test from 'ava';
import { openEngine } from '../../../src/engine/openEngine.ts';
import { gradientTransformLaws, places } from '../../../src/laws/gradientTransformLaws.ts';
import { clipByValue } from '../../../src/optimizer/gradient/clipByValue.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(test, gradientTransformLaws(clipByValue));

test('cuts each number to the limit', (t) => {
  const g = Float64Array.of(3, -4, 0.5, 1, -1, 0, -0.5);
  clipByValue(1).apply(g, { kernels: openEngine('reference').kernels, places });
  t.deepEqual([...g], [1, -1, 0.5, 1, -1, 0, -0.5]);
});
