import test from 'ava';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import { lossLaws } from './lossLaws.ts';

lossLaws(test, crossEntropy(), { outputs: 3, targets: [0, 2, 1] });

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
