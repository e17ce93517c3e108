import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { optimizerLaws } from '../../src/laws/optimizerLaws.ts';
import { sgd } from '../../src/optimizer/sgd.ts';
import { holdTo } from '../holdTo.ts';

holdTo(
  test,
  optimizerLaws('sgd', (learningRate) => sgd({ learningRate })),
);
holdTo(
  test,
  optimizerLaws('sgd with momentum', (learningRate) => sgd({ learningRate, momentum: 0.9, weightDecay: 0.01 })),
);
holdTo(
  test,
  optimizerLaws('sgd with nesterov', (learningRate) => sgd({ learningRate, momentum: 0.9, nesterov: true })),
);

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

test('carries velocity on, twice', (t) => {
  const { kernels } = openEngine('reference');
  const [w, velocity] = [Float64Array.of(1), new Float64Array(1)];
  const optimizer = sgd({ learningRate: 0.5, momentum: 0.5, dampening: 0.25 });
  optimizer.update(kernels, w, Float64Array.of(2), [velocity], 1);
  t.deepEqual([w[0], velocity[0]], [0, 2]);
  // v = 0.5 * 2 + 0.75 * 4 = 4
  optimizer.update(kernels, w, Float64Array.of(4), [velocity], 2);
  t.deepEqual([w[0], velocity[0]], [-2, 4]);
});

test('refuses nesterov without momentum, or with dampening', (t) => {
  const message = /^sgd: nesterov: expected a momentum above 0 and a dampening of 0/;
  t.throws(() => sgd({ learningRate: 1, nesterov: true }), { name: 'OptionError', message });
  t.throws(() => sgd({ learningRate: 1, momentum: 0.9, dampening: 0.1, nesterov: true }), { message });
});
