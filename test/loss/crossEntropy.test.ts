import test from 'ava';
import { lossLaws } from '../../src/laws/lossLaws.ts';
import { checkOutputs } from '../../src/loss/checkOutputs.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import { holdTo } from '../holdTo.ts';

holdTo(test, lossLaws(crossEntropy(), { outputs: 3, targets: [0, 2, 1] }));
holdTo(test, lossLaws(crossEntropy({ labelSmoothing: 0.1 }), { outputs: 3, targets: [0, 2, 1] }));
holdTo(test, lossLaws(crossEntropy({ classWeights: [1, 0.5, 4] }), { outputs: 3, targets: [0, 2, 1], alike: false }));
holdTo(
  test,
  lossLaws(crossEntropy({ labels: 'distribution' }), {
    outputs: 3,
    targets: [1, 0, 0, 0.25, 0.5, 0.25, 0, 0, 1],
    width: 3,
  }),
);

test('is the negative logarithm of the probability of the right class', (t) => {
  // Logits log 1, log 2, log 5 are probabilities 1/8, 2/8, 5/8.
  const z = Float64Array.of(0, Math.log(2), Math.log(5));
  const dz = new Float64Array(3);
  t.true(Math.abs(crossEntropy().evaluate(z, Float64Array.of(1), dz, 1, 3) - Math.log(4)) < 1e-15);
  for (const [i, expected] of [0.125, -0.75, 0.625].entries()) t.true(Math.abs(dz[i] - expected) < 1e-15);
});

for (const label of [3, -1, 0.5, Number.NaN]) {
  test(`refuses the label ${label} of three classes`, (t) => {
    const evaluate = () =>
      crossEntropy().evaluate(new Float64Array(3), Float64Array.of(label), new Float64Array(3), 1, 3);
    t.throws(evaluate, { name: 'DataError', message: /expected the number of a class, 0 to 2/ });
  });
}

test('one-hot rows give what numbers of classes give', (t) => {
  const z = Float64Array.of(0.3, -1, 2, 0, 0.1, -0.5);
  const [byIndex, byRow] = [new Float64Array(6), new Float64Array(6)];
  const options = { labelSmoothing: 0.1 };
  const index = crossEntropy(options).evaluate(z, Float64Array.of(2, 0), byIndex, 2, 3);
  const oneHot = Float64Array.of(0, 0, 1, 1, 0, 0);
  const row = crossEntropy({ ...options, labels: 'distribution' }).evaluate(z, oneHot, byRow, 2, 3);
  t.is(row, index);
  t.deepEqual(byRow, byIndex);
});

test('a class of weight 0 is not learned', (t) => {
  const dz = new Float64Array(4);
  const loss = crossEntropy({ classWeights: [1, 0] });
  // Only the first row counts: a half, at a cost of log 2.
  t.is(loss.evaluate(new Float64Array(4), Float64Array.of(0, 1), dz, 2, 2), Math.LN2);
  t.deepEqual(
    [...dz].map((value) => value + 0),
    [-0.5, 0.5, 0, 0],
  );
});

test('refuses negative weights, and another number of outputs than of weights', (t) => {
  t.throws(() => crossEntropy({ classWeights: [1, -1] }), {
    name: 'OptionError',
    message: /^crossEntropy: classWeights\[1\]: expected a finite number of at least 0, got -1/,
  });
  t.throws(() => checkOutputs(crossEntropy({ classWeights: [1, 2] }), 3), {
    name: 'ShapeError',
    message: /expected 2 output units.*got 3/,
  });
});
