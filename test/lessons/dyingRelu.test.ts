import test from 'ava';
import { measure } from '../../pipelines/lessons/dyingRelu.ts';

const { hot, after } = await measure();
const [relu, ...leaking] = after;

test('all ReLU units die at a high learning rate', (t) => {
  t.is(hot.dead, 32);
});

test('no ReLU unit comes back at a low learning rate', (t) => {
  // The gradient of a dead unit is exactly zero. What is left to learn are the output biases: three equally frequent classes, ln 3.
  t.is(relu.dead, 32);
  t.true(Math.abs(relu.loss - Math.log(3)) < 1e-3, `${relu.loss}`);
});

for (const { name, dead, accuracy } of leaking) {
  test(`${name} brings units back, and the network learns`, (t) => {
    // A quarter of the 32 units is enough for this task: 0.9 of the points against a third by guessing.
    t.true(dead <= 24, `${dead} dead`);
    t.true(accuracy > 0.85, `${accuracy}`);
  });
}
