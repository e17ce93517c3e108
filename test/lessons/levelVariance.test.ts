import test from 'ava';
import { measure } from '../../pipelines/lessons/levelVariance.ts';

const [uniformTanh, xavierTanh, xavierRelu, heRelu] = measure();

test('Xavier keeps the variance of activations and gradients level over ten layers of tanh', (t) => {
  // tanh takes about a² of the variance of each layer away, a² being 0.04 at first: 0.96^10 = 0.66; some percent of chance.
  for (const ratio of [xavierTanh.forwards, xavierTanh.backwards]) t.true(ratio > 0.5 && ratio < 1.1, `${ratio}`);
});

test('He keeps the variance of activations and gradients level over ten layers of ReLU', (t) => {
  // Level in the mean over all first weights; nine matrices of 256 x 256 spread it by a factor of about e^sqrt(9 * 5 / 256) = 1.5.
  for (const ratio of [heRelu.forwards, heRelu.backwards]) t.true(ratio > 0.5 && ratio < 2, `${ratio}`);
});

test('the older uniform weights let variances fall threefold a layer under tanh', (t) => {
  // 3^-9 = 5.1e-5.
  for (const ratio of [uniformTanh.forwards, uniformTanh.backwards]) t.true(ratio > 2e-5 && ratio < 1e-4, `${ratio}`);
});

test('Xavier lets variances fall twofold a layer under ReLU', (t) => {
  // 2^-9 = 0.00195, spread as above.
  for (const ratio of [xavierRelu.forwards, xavierRelu.backwards]) t.true(ratio > 1e-3 && ratio < 4e-3, `${ratio}`);
});
