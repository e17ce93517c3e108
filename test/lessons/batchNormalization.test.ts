import test from 'ava';
import { measure } from '../../pipelines/lessons/batchNormalization.ts';

const [without, withNorm] = await measure();

test('six layers of sigmoid units learn nothing from small weights', (t) => {
  // Three equally frequent classes: guessing costs ln 3. Not a thousandth of it is learned.
  t.true(Math.abs((without.losses.at(-1) as number) - Math.log(3)) < 1e-3, `${without.losses.at(-1)}`);
});

test('they learn with batch normalization', (t) => {
  // Nearly all points, in use, with running statistics; the loss is a twentieth of guessing.
  t.true((withNorm.losses.at(-1) as number) < 0.06, `${withNorm.losses.at(-1)}`);
  t.true(withNorm.accuracy > 0.95, `${withNorm.accuracy}`);
});

test('batch normalization keeps the inputs of the last hidden layer in the range where sigmoid is not flat', (t) => {
  for (const [step, low, middle, high] of withNorm.percentiles) {
    // Of unit variance, times a gamma that is learned: the middle 70 % within a few units, and on both sides of 0.
    t.true(low > -5 && low < 0 && high > 0 && high < 5 && low < middle && middle < high, `step ${step}`);
  }
  for (const [, low, , high] of without.percentiles) t.true(high - low < 1e-3, 'without, all rows look alike');
});
