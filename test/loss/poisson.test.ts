import test from 'ava';
import { lossLaws } from '../../src/laws/lossLaws.ts';
import { poisson } from '../../src/loss/poisson.ts';
import { holdTo } from '../holdTo.ts';

holdTo(test, lossLaws(poisson(), { outputs: 1, targets: [0, 3, 1] }));

test('is least where the rate is the mean count', (t) => {
  const dz = new Float64Array(4);
  poisson().evaluate(new Float64Array(4).fill(Math.log(2)), Float64Array.of(0, 1, 3, 4), dz, 4, 1);
  t.true(Math.abs(dz.reduce((sum, value) => sum + value, 0)) < 1e-15);
});

test('predicts the rate', (t) => {
  const p = new Float64Array(1);
  poisson().predict(p, Float64Array.of(Math.log(5)), 1, 1);
  t.true(Math.abs(p[0] - 5) < 1e-14);
});
