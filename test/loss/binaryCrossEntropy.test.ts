import test from 'ava';
import { binaryCrossEntropy } from '../../src/loss/binaryCrossEntropy.ts';
import { lossLaws } from './lossLaws.ts';

lossLaws(test, binaryCrossEntropy(), { outputs: 1, targets: [0, 1] });

test('is the negative logarithm of the probability of what came', (t) => {
  const loss = binaryCrossEntropy();
  const z = Float64Array.of(2, -1);
  const p = z.map((value) => 1 / (1 + Math.exp(-value)));
  const dz = new Float64Array(2);
  const expected = -(Math.log(p[0]) + Math.log(1 - p[1])) / 2;
  t.true(Math.abs(loss.evaluate(z, Float64Array.of(1, 0), dz, 2, 1) - expected) < 1e-15);
  t.true(Math.abs(dz[0] - (p[0] - 1) / 2) < 1e-16 && Math.abs(dz[1] - p[1] / 2) < 1e-16);
});
