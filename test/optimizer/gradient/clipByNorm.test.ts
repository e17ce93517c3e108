import test from 'ava';
import { openEngine } from '../../../src/engine/openEngine.ts';
import { gradientTransformLaws, places } from '../../../src/laws/gradientTransformLaws.ts';
import { clipByNorm } from '../../../src/optimizer/gradient/clipByNorm.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(test, gradientTransformLaws(clipByNorm));

test('shortens the gradient of each parameter by itself', (t) => {
  // Norms 5 and 1.
  const g = Float64Array.of(3, 0, -4, 0, 1, 0, 0);
  clipByNorm(2.5).apply(g, { kernels: openEngine('reference').kernels, places });
  t.deepEqual([...g], [1.5, 0, -2, 0, 1, 0, 0]);
});
