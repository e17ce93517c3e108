import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { sgd } from '../../src/optimizer/sgd.ts';
import { optimizerLaws } from './optimizerLaws.ts';

optimizerLaws(test, 'sgd', (learningRate) => sgd({ learningRate }));

test('goes against the gradient, twice', (t) => {
  const { kernels } = openEngine('reference');
  const w = Float64Array.of(1, 2);
  const optimizer = sgd({ learningRate: 0.5 });
  optimizer.update(kernels, w, Float64Array.of(1, -1), [], 1);
  t.deepEqual([...w], [0.5, 2.5]);
  optimizer.update(kernels, w, Float64Array.of(2, 0), [], 2);
  t.deepEqual([...w], [-0.5, 2.5]);
});

test('has no default learning rate', (t) => {
  // @ts-expect-error learningRate is missing
  t.throws(() => sgd({}), { name: 'OptionError', message: /^sgd: learningRate: .* got nothing/ });
});
