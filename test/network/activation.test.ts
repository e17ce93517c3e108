import test from 'ava';
import { layerLaws } from '../../src/laws/layerLaws.ts';
import { activation } from '../../src/network/activation.ts';
import { he } from '../../src/network/initializers/he.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { planNetwork } from '../../src/network/planNetwork.ts';
import { checkGradient } from '../../src/train/checkGradient.ts';
import { saturation } from '../../src/train/health/saturation.ts';
import { holdTo } from '../holdTo.ts';

const hardTanh = () =>
  activation({
    kind: 'hardTanh',
    f: (z) => Math.max(-1, Math.min(1, z)),
    derivative: (z) => (Math.abs(z) < 1 ? 1 : 0),
  });
const cube = () =>
  activation({
    kind: 'cube',
    f: (z) => z ** 3,
    derivative: (z) => 3 * z ** 2,
    range: [-Infinity, Infinity],
    initializer: he(),
    options: { power: 3 },
  });

holdTo(test, layerLaws('an activation', hardTanh));
holdTo(test, layerLaws('an activation that says its range', cube));

test('finds out the range of its function where it is not said, and says what else it was told', (t) => {
  t.deepEqual(hardTanh().activation, { range: [-1, 1], rectifies: false });
  t.deepEqual(cube().activation?.range, [-Infinity, Infinity]);
  const off = activation({
    kind: 'off',
    f: (z) => Math.max(0, z),
    derivative: (z) => (z > 0 ? 1 : 0),
    rectifies: false,
  });
  t.deepEqual(off.activation, { range: [0, Infinity], rectifies: false });
  const same = activation({ kind: 'same', f: (z) => z, derivative: () => 1 });
  t.is(same.activation, undefined);
});

test('is described by its kind and options, and asks the weights before it for the initializer that suits it', (t) => {
  const layout = { words: 2, width: 2, fields: [] };
  const { layers, specs } = planNetwork({ layers: [dense(3), cube(), dense(1)], layout });
  t.is(layers[1].name, '2.cube');
  t.deepEqual(layers[1].options, { power: 3 });
  t.is(specs[0].initializer.name, 'he(normal)');
});

test('is found saturated at its bounds, as tanh would be', (t) => {
  const layer = hardTanh();
  const facts = layer.activation;
  const found = facts && saturation('2.hardTanh', facts, Float64Array.of(-1, 1, 1, 0.5), true);
  t.is(found?.problem, 'saturation');
  t.is(found?.measured, 0.75);
});

test('is held to its derivative, unlike the built-in ones', (t) => {
  const wrong = activation({ kind: 'wrong', f: (z) => z ** 3, derivative: (z) => 2 * z ** 2 });
  t.throws(() => checkGradient(wrong), { name: 'NumericError' });
  t.notThrows(() => checkGradient(cube()));
});

test('refuses what is no function, a range that is upside down, and options that it does not have', (t) => {
  const right = { kind: 'a', f: (z: number) => z, derivative: () => 1 };
  const refused = (changes: object) =>
    t.throws(() => activation({ ...right, ...changes }), { name: 'OptionError' })?.message;
  t.regex(refused({ f: 'tanh' }) ?? '', /^activation: f: expected a function, got 'tanh'/);
  t.regex(refused({ range: [1, -1] }) ?? '', /^activation: range: expected two numbers \[low, high\], the lower first/);
  t.regex(refused({ slope: () => 1 }) ?? '', /^activation: expected options among .*got slope/);
  t.regex(refused({ options: { f: () => 1 } }) ?? '', /^activation: options\.f: expected plain JSON/);
});
