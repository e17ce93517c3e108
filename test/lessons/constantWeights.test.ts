import test from 'ava';
import { measure } from '../../pipelines/lessons/constantWeights.ts';

const [constant, random] = await measure();

test('constant first weights make all units of a layer one unit, and random ones do not', (t) => {
  // Bit for bit: equal numbers go through equal operations.
  t.is(constant.different, 1);
  t.is(random.different, 32);
});

test('a layer of copies does not learn what the same layer learns from random weights', (t) => {
  // One tanh unit cuts the plane by one line: with two sides it cannot tell three arms, each of which winds around the others. A linear
  // classifier gets about half of the points right.
  t.true(constant.accuracy < 0.6, `${constant.accuracy}`);
  t.true(random.accuracy > 0.95, `${random.accuracy}`);
});
