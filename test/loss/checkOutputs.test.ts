import test from 'ava';
import { binaryCrossEntropy } from '../../src/loss/binaryCrossEntropy.ts';
import { checkOutputs } from '../../src/loss/checkOutputs.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import { meanSquaredError } from '../../src/loss/meanSquaredError.ts';

const three = { kind: 'classes', classes: ['a', 'b', 'c'] } as const;

test('takes the outputs that a loss scores', (t) => {
  t.notThrows(() => checkOutputs(binaryCrossEntropy(), 1, { kind: 'binary' }));
  t.notThrows(() => checkOutputs(meanSquaredError(), 1));
  t.notThrows(() => checkOutputs(crossEntropy(), 2));
  t.notThrows(() => checkOutputs(crossEntropy(), 3, three));
});

test('refuses other outputs and says how to end the network', (t) => {
  t.throws(() => checkOutputs(binaryCrossEntropy(), 2), { name: 'ShapeError', message: /got 2.*dense\(1\)/ });
  t.throws(() => checkOutputs(crossEntropy(), 1), { name: 'ShapeError', message: /at least 2, got 1/ });
  t.throws(() => checkOutputs(crossEntropy(), 4, three), {
    name: 'ShapeError',
    message: /3 classes, got 4.*dense\(3\)/,
  });
});

test('refuses a loss for another kind of target and names the one that fits', (t) => {
  t.throws(() => checkOutputs(binaryCrossEntropy(), 1, { kind: 'regression' }), {
    name: 'ShapeError',
    message: /expected a binary target, got a regression target.*meanSquaredError\(\)/,
  });
});
