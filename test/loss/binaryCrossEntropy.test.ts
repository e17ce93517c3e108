import test from 'ava';
import { lossLaws } from '../../src/laws/lossLaws.ts';
import { binaryCrossEntropy } from '../../src/loss/binaryCrossEntropy.ts';
import { holdTo } from '../holdTo.ts';

holdTo(test, lossLaws(binaryCrossEntropy(), { outputs: 1, targets: [0, 1] }));
holdTo(test, lossLaws(binaryCrossEntropy({ positiveWeight: 3 }), { outputs: 1, targets: [0, 1] }));
holdTo(
  test,
  lossLaws(binaryCrossEntropy({ labelSmoothing: 0.1, positiveWeight: 0.5 }), { outputs: 1, targets: [0, 1] }),
);

test('is the negative logarithm of the probability of what came', (t) => {
  const loss = binaryCrossEntropy();
  const z = Float64Array.of(2, -1);
  const p = z.map((value) => 1 / (1 + Math.exp(-value)));
  const dz = new Float64Array(2);
  const expected = -(Math.log(p[0]) + Math.log(1 - p[1])) / 2;
  t.true(Math.abs(loss.evaluate(z, Float64Array.of(1, 0), dz, 2, 1) - expected) < 1e-15);
  t.true(Math.abs(dz[0] - (p[0] - 1) / 2) < 1e-16 && Math.abs(dz[1] - p[1] / 2) < 1e-16);
});

test('a positive weight of 3 makes a row of class 1 cost three times as much, and none of class 0', (t) => {
  const cost = (loss: ReturnType<typeof binaryCrossEntropy>, y: number) =>
    loss.evaluate(Float64Array.of(0.5), Float64Array.of(y), new Float64Array(1), 1, 1);
  const [plain, weighted] = [binaryCrossEntropy(), binaryCrossEntropy({ positiveWeight: 3 })];
  t.true(Math.abs(cost(weighted, 1) - 3 * cost(plain, 1)) < 1e-15);
  t.true(Math.abs(cost(weighted, 0) - cost(plain, 0)) < 1e-15);
});

test('label smoothing of 0.2 is least at a probability of 0.9', (t) => {
  const dz = new Float64Array(1);
  binaryCrossEntropy({ labelSmoothing: 0.2 }).evaluate(Float64Array.of(Math.log(9)), Float64Array.of(1), dz, 1, 1);
  t.true(Math.abs(dz[0]) < 1e-15);
});

test('refuses a weight of 0 and a smoothing of 1', (t) => {
  t.throws(() => binaryCrossEntropy({ positiveWeight: 0 }), {
    name: 'OptionError',
    message: /^binaryCrossEntropy: positiveWeight: expected a finite number above 0, got 0/,
  });
  t.throws(() => binaryCrossEntropy({ labelSmoothing: 1 }), {
    name: 'OptionError',
    message: /^binaryCrossEntropy: labelSmoothing: expected a number in \[0, 1\)/,
  });
});
