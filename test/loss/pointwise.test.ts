import test from 'ava';
import { isBuiltIn } from '../../src/builtIn.ts';
import { lossLaws } from '../../src/laws/lossLaws.ts';
import { pointwiseLoss } from '../../src/loss/pointwise.ts';
import { sigmoidOf } from '../../src/loss/sigmoidOf.ts';
import { holdTo } from '../holdTo.ts';

const logCosh = pointwiseLoss({
  name: 'logCosh',
  task: 'regression',
  value: (p, y) => Math.abs(p - y) + Math.log1p(Math.exp(-2 * Math.abs(p - y))) - Math.LN2,
  derivative: (p, y) => Math.tanh(p - y),
});
const squared = pointwiseLoss({
  name: 'squaredHinge',
  options: { margin: 1 },
  task: 'binary',
  targets: [0, 1],
  value: (z, y) => Math.min(1e30, Math.max(0, 1 - (2 * y - 1) * z) ** 2),
  derivative: (z, y) => Math.max(-1e30, Math.min(1e30, -2 * (2 * y - 1) * Math.max(0, 1 - (2 * y - 1) * z))),
  predict: sigmoidOf,
});

holdTo(test, lossLaws(logCosh, { outputs: 1, targets: [0.5, -3] }));
holdTo(test, lossLaws(squared, { outputs: 1, targets: [0, 1] }));

test('a loss of a value and its derivative says what it was told, and is none of ours', (t) => {
  const { name, options, task, targets } = squared;
  t.deepEqual(
    { name, options, task, targets },
    { name: 'squaredHinge', options: { margin: 1 }, task: 'binary', targets: [0, 1] },
  );
  t.false(isBuiltIn(squared));
  t.deepEqual(logCosh.options, {});
});

test('a loss without a derivative, or for classes, is refused', (t) => {
  const right = { name: 'a', task: 'regression', value: () => 0, derivative: () => 0 } as const;
  const refused = (changes: object) =>
    t.throws(() => pointwiseLoss({ ...right, ...changes }), { name: 'OptionError' })?.message;
  t.regex(refused({ derivative: undefined }) ?? '', /^pointwiseLoss: derivative: expected a function, got nothing/);
  t.regex(refused({ task: 'classes' }) ?? '', /^pointwiseLoss: task: expected 'binary' or 'regression', got 'classes'/);
});
