import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import type { Engine } from '../../src/engine/types.ts';
import { ShapeError } from '../../src/errors.ts';
import { distance, dot, float32Engines, numbers, slopes, vectorOf } from '../../src/laws/numbers.ts';
import type { Layer } from '../../src/network/layer.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { tanh } from '../../src/network/layers/tanh.ts';
import { compileNetwork } from '../../src/network/network.ts';
import { planNetwork } from '../../src/network/planNetwork.ts';
import { layoutOf, miniBatchOf } from './miniBatchOf.ts';

const layers = [dense(4), relu(), dense(3), tanh(), dense(2)];
const layout = layoutOf(2, { size: 3, width: 2 }, { size: 4, width: 1 });
const codes = [
  [0, 2, 2],
  [3, 1, 3],
];

function compile(engine: Engine) {
  const network = compileNetwork({ layers, layout, engine, batch: 4, seed: 7 });
  const x = [0, 1, 2].map((row) => numbers(row, layout.width));
  return { network, batch: miniBatchOf(engine, x, [0, 1, 0], codes) };
}

test('lays the parameters out in one vector, embeddings first, without gaps', (t) => {
  const plan = planNetwork({ layers, layout });
  t.deepEqual(
    plan.places.map(({ name, shape, offset, length }) => [name, `${shape}`, offset, length]),
    [
      ['e0.embedding.w', '3,2', 0, 6],
      ['e1.embedding.w', '4,1', 6, 4],
      ['1.dense.w', '5,4', 10, 20],
      ['1.dense.b', '4', 30, 4],
      ['3.dense.w', '4,3', 34, 12],
      ['3.dense.b', '3', 46, 3],
      ['5.dense.w', '3,2', 49, 6],
      ['5.dense.b', '2', 55, 2],
    ],
  );
  t.is(plan.parameters, 57);
  t.deepEqual([plan.inputs, plan.outputs], [5, 2]);
  t.deepEqual(
    plan.layers.map(({ name, inputs, outputs, parameters }) => [name, inputs, outputs, parameters]),
    [
      ['e0.embedding', 3, 2, 6],
      ['e1.embedding', 4, 1, 4],
      ['1.dense', 5, 4, 24],
      ['2.relu', 4, 4, 0],
      ['3.dense', 4, 3, 15],
      ['4.tanh', 3, 3, 0],
      ['5.dense', 3, 2, 8],
    ],
  );
});

test('the gradient is the derivative by every parameter, rows that share a code included', (t) => {
  const { network, batch } = compile(openEngine('reference'));
  const weights = numbers(9, 6);
  const dOutput = vectorOf(network.engine, weights);
  const loss = () => dot(weights, network.forward(batch, 'training'));
  loss();
  network.backward(dOutput, 3);
  t.true(distance(network.gradient.slice(), slopes(network.parameters, loss)) < 1e-6);
});

test('the gradient is filled anew at each step: codes that do not come again get zero', (t) => {
  const { network, batch } = compile(openEngine('reference'));
  const dOutput = vectorOf(network.engine, numbers(9, 6));
  network.gradient.fill(Number.NaN);
  network.forward(batch, 'training');
  network.backward(dOutput, 3);
  const first = network.gradient.slice();
  t.true(first.every(Number.isFinite));
  t.deepEqual([...first.subarray(2, 4)], [0, 0]);
  network.forward(batch, 'training');
  network.backward(dOutput, 3);
  t.deepEqual(network.gradient.slice(), first);
});

test('the float32 engines agree with the reference', (t) => {
  const results = [openEngine('reference'), ...float32Engines()].map((engine) => {
    const { network, batch } = compile(engine);
    const output = network.forward(batch, 'training').slice(0, 6);
    network.backward(vectorOf(engine, numbers(9, 6)), 3);
    return [...output, ...network.gradient];
  });
  for (const result of results) t.true(distance(result, results[0]) < 1e-5);
});

test('begins with the same parameters for the same seed, and only then', (t) => {
  const parameters = (seed: number) =>
    compileNetwork({ layers, layout, engine: openEngine('reference'), batch: 1, seed }).parameters;
  t.deepEqual(parameters(7), parameters(7));
  t.notDeepEqual(parameters(7), parameters(8));
});

test('takes no rows, and no more rows than there is memory for', (t) => {
  const engine = openEngine('reference');
  const { network } = compile(engine);
  network.forward(miniBatchOf(engine, [], [], [[], []]), 'training');
  network.backward(engine.vector(0), 0);
  t.true(network.gradient.every((value) => value === 0));
  const five = [0, 1, 2, 3, 4].map((row) => numbers(row, layout.width));
  const batch = miniBatchOf(engine, five, [0, 0, 0, 0, 0], [new Array(5).fill(0), new Array(5).fill(0)]);
  t.throws(() => network.forward(batch, 'training'), { name: 'ShapeError', message: /at most 4 rows, got 5/ });
});

test('refuses a backward pass that no forward pass fits', (t) => {
  const { network, batch } = compile(openEngine('reference'));
  t.throws(() => network.backward(network.dOutput, 3), { name: 'ShapeError', message: /no forward pass before/ });
  network.forward(batch, 'training');
  t.throws(() => network.backward(network.dOutput, 2), {
    name: 'ShapeError',
    message: /got 2 rows after one of 3 rows/,
  });
  network.forward(batch, 'inference');
  t.throws(() => network.backward(network.dOutput, 3), { name: 'ShapeError', message: /rows in inference mode/ });
});

test('shows what went in and what each layer made of it', (t) => {
  const { network, batch } = compile(openEngine('reference'));
  t.deepEqual(network.activations(), []);
  const output = network.forward(batch, 'inference');
  const activations = network.activations();
  t.deepEqual(
    activations.map(({ layer, values }) => [layer, values.length]),
    [
      ['input', 15],
      ['1.dense', 12],
      ['2.relu', 12],
      ['3.dense', 9],
      ['4.tanh', 9],
      ['5.dense', 6],
    ],
  );
  t.deepEqual(activations[5].values.slice(), output.slice(0, 6));
});

test('names the layer that does not fit, by number and kind', (t) => {
  const picky: Layer = {
    kind: 'picky',
    options: {},
    plan: (width) => {
      throw new ShapeError({ where: 'picky', expected: '7 units in', received: `${width}` });
    },
  };
  t.throws(() => planNetwork({ layers: [dense(4), relu(), picky], layout }), {
    name: 'ShapeError',
    message: 'layer 3 (picky): expected 7 units in, got 4.',
  });
  const engine = openEngine('reference');
  t.throws(() => compileNetwork({ layers, layout, engine, batch: 1, seed: 7, outputs: 3 }), {
    name: 'ShapeError',
    message: 'layer 5 (dense), the last one: expected 3 units out, got 2.',
  });
  t.throws(() => planNetwork({ layers: [], layout }), {
    name: 'OptionError',
    message: 'planNetwork: layers: expected a list of layers, at least one, got [].',
  });
});

test('refuses a batch of no rows and a seed that is no integer', (t) => {
  const engine = openEngine('reference');
  const options = { layers, layout, engine };
  t.throws(() => compileNetwork({ ...options, batch: 0, seed: 7 }), {
    name: 'OptionError',
    message: /^compileNetwork: batch/,
  });
  t.throws(() => compileNetwork({ ...options, batch: 1, seed: 0.5 }), {
    name: 'OptionError',
    message: /^compileNetwork: seed/,
  });
});
