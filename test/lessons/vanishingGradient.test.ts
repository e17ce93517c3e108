import test from 'ava';
import { measure } from '../../pipelines/lessons/vanishingGradient.ts';

const measured = measure();

test('the gradient of a sigmoid network falls by a factor of four or more a layer', (t) => {
  const [{ name, layers, factors }] = measured;
  t.is(name, 'sigmoid');
  // 1 / sigmoid'(0) = 4 exactly where z = 0 and the weights keep the variance; more where z is not 0. The weights of 100 units spread it by
  // some percent.
  for (const factor of factors) t.true(factor > 3.8 && factor < 6, `${factor}`);
  t.true(layers[layers.length - 1].dz / layers[0].dz > 4 ** 7);
});

test('the gradients of tanh and ReLU networks do not', (t) => {
  for (const { name, factors } of measured.slice(1)) {
    // tanh' is 1 at 0 and less elsewhere: the first layer, whose z have a deviation of 1, loses most.
    for (const factor of factors) t.true(factor > 0.8 && factor < 1.6, `${name} ${factor}`);
  }
});
