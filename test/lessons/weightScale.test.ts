import test from 'ava';
import { measure } from '../../pipelines/lessons/weightScale.ts';

const measured = measure();

test('weights of N(0, 0.01²) shrink activations and gradients tenfold a layer', (t) => {
  const { deviation, layers } = measured[0];
  t.is(deviation, 0.01);
  for (let k = 1; k < layers.length; k++) {
    // 0.01 * sqrt(100) = 0.1, times 1 since tanh is the identity near 0; 2,500 and more numbers make a deviation sure to a few percent.
    t.true(Math.abs(layers[k].a / layers[k - 1].a / 0.1 - 1) < 0.1, `activations of layer ${k + 1}`);
    t.true(Math.abs(layers[k - 1].dz / layers[k].dz / 0.1 - 1) < 0.1, `gradients of layer ${k}`);
  }
});

test('weights of N(0, 1) saturate most units of all layers', (t) => {
  const { deviation, layers } = measured[2];
  t.is(deviation, 1);
  // z has a deviation of about sqrt(100) * 0.96 = 9.6: |z| > 2.65, where |tanh| > 0.99, in 2 P(9.6 u > 2.65) = 78 % of units.
  for (const { saturated } of layers) t.true(saturated > 0.7 && saturated < 0.85, `${saturated}`);
});

test('weights of N(0, 1 / units) do neither', (t) => {
  const { deviation, layers } = measured[1];
  t.is(deviation, 0.1);
  for (const { a, saturated } of layers) t.true(a > 0.1 && saturated < 0.02, `${a}, ${saturated}`);
});
