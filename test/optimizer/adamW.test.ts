import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { optimizerLaws } from '../../src/laws/optimizerLaws.ts';
import { adam } from '../../src/optimizer/adam.ts';
import { adamW } from '../../src/optimizer/adamW.ts';
import { holdTo } from '../holdTo.ts';

holdTo(
  test,
  optimizerLaws('adamW', (learningRate) => adamW({ learningRate })),
);
holdTo(
  test,
  optimizerLaws('adamW with amsgrad', (learningRate) => adamW({ learningRate, amsgrad: true })),
);

test('shrinks the parameters beside the gradient, twice', (t) => {
  const { kernels } = openEngine('reference');
  const w = Float64Array.of(1);
  const moments = () => [new Float64Array(1), new Float64Array(1)];
  const [own, plain] = [moments(), moments()];
  const optimizer = adamW({ learningRate: 0.1, weightDecay: 0.5 });
  for (let step = 1; step <= 2; step++) {
    const expected = w.slice();
    // 1 - 0.1 * 0.5
    expected[0] *= 0.95;
    adam({ learningRate: 0.1 }).update(kernels, expected, Float64Array.of(step), plain, step);
    optimizer.update(kernels, w, Float64Array.of(step), own, step);
    t.is(w[0], expected[0]);
  }
});
