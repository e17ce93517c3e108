import test from 'ava';
import { binary, cyclical, derive, hourOfDay, numeric, oneHot, regression } from '../../../src/index.ts';
import { splitColumns } from '../../../src/operators.ts';
import { leakingFeatures } from '../../../src/preprocess/derive/splitColumns.ts';

const late = derive('late', ['delay'], (minutes: number) => minutes > 15);
const target = binary('late');

test('the columns of the split are what the features are made of, without what only target and weight need', (t) => {
  const options = {
    derive: [late, hourOfDay('date'), cyclical('hour', { period: 24 }), derive('pay', ['fee'], (fee: number) => fee)],
    features: { hourSin: numeric(), origin: oneHot() },
    target,
    weight: 'pay',
  };
  t.deepEqual(splitColumns(options).sort(), ['date', 'origin']);
  t.deepEqual(leakingFeatures(options), []);
});

test('a feature that the target is derived from has no part in the hash, nor what it is made of', (t) => {
  const features = { delay: numeric(), origin: oneHot() };
  t.deepEqual(splitColumns({ derive: [late], features, target }), ['origin']);
  t.deepEqual(leakingFeatures({ derive: [late], features, target }), ['delay']);
  const lost = derive('lost', ['arrival', 'departure'], (a: number, b: number) => a - b);
  const far = derive('late', ['lost', 'grace'], (a: number, b: number) => a > b);
  const made = { derive: [lost, far], features: { lost: numeric(), grace: numeric(), origin: oneHot() }, target };
  t.deepEqual(splitColumns(made), ['origin']);
  t.deepEqual(leakingFeatures(made), ['lost', 'grace']);
});

test('nor has the one column that the target is derived from, where features are derived from it, too', (t) => {
  const features = { log: numeric(), origin: oneHot() };
  const derivations = [late, derive('log', ['delay'], (minutes: number) => Math.log1p(minutes))];
  t.deepEqual(splitColumns({ derive: derivations, features, target }), ['origin']);
  t.deepEqual(leakingFeatures({ derive: derivations, features, target }), ['log']);
});

test('a date of which features and target take another part each tells nothing alone', (t) => {
  const derivations = [
    hourOfDay('date'),
    derive('late', ['date', 'delay'], (date: number, minutes: number) => minutes > (date > 1e12 ? 15 : 20)),
  ];
  const features = { hour: numeric(), origin: oneHot() };
  t.deepEqual(splitColumns({ derive: derivations, features, target }).sort(), ['date', 'origin']);
  t.deepEqual(leakingFeatures({ derive: derivations, features, target }), []);
});

test('where nothing else is left, the columns of all features decide', (t) => {
  const options = {
    derive: [derive('y', ['x'], (x: number) => Math.sin(x))],
    features: { x: numeric() },
    target: regression('y'),
  };
  t.deepEqual(splitColumns(options), ['x']);
  t.deepEqual(leakingFeatures(options), ['x']);
});
