import { readdirSync } from 'node:fs';
import test from 'ava';
import { restoreDerivation, savedDerivation } from '../../src/model/restoreDerivation.ts';
import { restoreLayer } from '../../src/model/restoreLayer.ts';
import { restoreLoss } from '../../src/model/restoreLoss.ts';
import type { SavedMember } from '../../src/model/savedModel.ts';
import { millrace } from '../entryPoints.ts';

const { dense, passThrough, relu } = millrace;

/** What the members take that cannot do without arguments. */
const args: Readonly<Record<string, readonly unknown[]>> = {
  branches: [[[dense(2), relu()], [passThrough()]]],
  dense: [3, { bias: false }],
  dropout: [0.25],
  elu: [{ alpha: 0.5 }],
  leakyRelu: [{ slope: 0.2 }],
  prelu: [{ shared: false, slope: 0.1 }],
  residual: [[dense(4), relu()]],
  crossEntropy: [{ labelSmoothing: 0.1 }],
  binaryCrossEntropy: [{ positiveWeight: 3 }],
  huber: [{ delta: 2 }],
  quantile: [{ q: 0.9 }],
  bucket: ['age', [18, 65], { as: 'b' }],
  clip: ['age', { most: 100 }],
  concatenate: [['a', 'b'], { separator: '/' }],
  difference: ['a', 'b'],
  equals: ['kind', 'new'],
  greaterThan: ['delay', 15, { as: 'late' }],
  log1p: ['size'],
  lower: ['city'],
  product: ['a', 'b'],
  ratio: ['a', 'b', { as: 'share' }],
  cyclical: ['hour', { period: 24, as: 'h' }],
  dayOfWeek: ['date'],
  dayOfYear: ['date', { as: 'day' }],
  hourOfDay: ['date'],
};

function members(folder: string): string[] {
  const names = readdirSync(`src/${folder}`).map((file) => file.replace(/\.ts$/, ''));
  return names.filter((name) => Object.hasOwn(millrace, name));
}

function make(name: string): object {
  const maker = (millrace as unknown as Readonly<Record<string, (...given: readonly unknown[]) => object>>)[name];
  return maker!(...(args[name] ?? []));
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
const saved = (member: object, ...keys: readonly string[]): SavedMember =>
  plain(Object.fromEntries(keys.map((key) => [key, (member as SavedMember)[key]])));

for (const name of members('network/layers')) {
  test(`the layer ${name} is made again from its plain data`, (t) => {
    const data = saved(make(name), 'kind', 'options');
    t.deepEqual(saved(restoreLayer('model', data), 'kind', 'options'), data);
  });
}

for (const name of members('loss')) {
  test(`the loss ${name} is made again from its plain data`, (t) => {
    const data = saved(make(name), 'name', 'options');
    t.deepEqual(saved(restoreLoss('model', data), 'name', 'options'), data);
  });
}

for (const name of members('preprocess/derive').filter((each) => Object.hasOwn(args, each))) {
  test(`the derivation ${name} is made again from its plain data`, (t) => {
    const { description } = make(name) as { readonly description: SavedMember };
    const again = restoreDerivation('model', savedDerivation(plain(description)), [], () => {});
    t.deepEqual(plain(again.description), plain(description));
  });
}

test('what is not known is named, with what gives it', (t) => {
  t.throws(() => restoreLayer('model', { kind: 'rellu', options: {} }), { message: /got rellu. Did you mean .*relu/ });
  t.throws(() => restoreLayer('model', { kind: 'mine', options: {} }), {
    message: /got mine. Give what makes it: loadModel\(path, \{ layers: \{ mine: /,
  });
  t.is(restoreLayer('model', { kind: 'mine', options: { a: 1 } }, { mine: () => relu() }).kind, 'relu');
  t.throws(() => restoreLoss('model', { name: 'mine', options: {} }), { message: /got mine. Give it: loadModel/ });
});
