import test from 'ava';
import { openEngine } from '../../../src/engine/openEngine.ts';
import { gradientTransformLaws, places } from '../../../src/laws/gradientTransformLaws.ts';
import { clipByGlobalNorm } from '../../../src/optimizer/gradient/clipByGlobalNorm.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(test, gradientTransformLaws(clipByGlobalNorm));

test('shortens the whole gradient and keeps its direction', (t) => {
  // Norm 5.
  const g = Float64Array.of(3, 0, 0, 0, -4, 0, 0);
  clipByGlobalNorm(2.5).apply(g, { kernels: openEngine('reference').kernels, places });
  t.deepEqual([...g], [1.5, 0, 0, 0, -2, 0, 0]);
});
