import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import type { Engine, EngineName, Vector } from '../../src/engine/types.ts';
import { float32Engines, numbers } from '../../src/laws/numbers.ts';
import { constant } from '../../src/network/initializers/constant.ts';
import type { Layer } from '../../src/network/layer.ts';
import { branches } from '../../src/network/layers/branches.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { elu } from '../../src/network/layers/elu.ts';
import { gelu } from '../../src/network/layers/gelu.ts';
import { leakyRelu } from '../../src/network/layers/leakyRelu.ts';
import { passThrough } from '../../src/network/layers/passThrough.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { residual } from '../../src/network/layers/residual.ts';
import { selu } from '../../src/network/layers/selu.ts';
import { sigmoid } from '../../src/network/layers/sigmoid.ts';
import { silu } from '../../src/network/layers/silu.ts';
import { softplus } from '../../src/network/layers/softplus.ts';
import { softsign } from '../../src/network/layers/softsign.ts';
import { tanh } from '../../src/network/layers/tanh.ts';
import { compileNetwork } from '../../src/network/network.ts';
import { layoutOf, miniBatchOf } from './miniBatchOf.ts';

const activations: readonly (() => Layer)[] = [
  relu,
  () => leakyRelu({ slope: 0.3 }),
  () => leakyRelu({ slope: -2 }),
  elu,
  selu,
  gelu,
  () => gelu({ approximate: 'tanh' }),
  silu,
  softplus,
  softsign,
  sigmoid,
  tanh,
];

/** A layer with first weights that do not depend on what follows it. */
const affine = (units: number, bias = true) => dense(units, { bias, initializer: constant(0) });

interface Passed {
  /** What each layer gave, but for layers that pass on what comes. */
  readonly given: readonly Vector[];
  readonly gradient: Vector;
}

/** Forward and backward, the same numbers for the same width of the input and number of parameters. */
function pass(engine: Engine, layers: readonly Layer[], width: number, rows: number): Passed {
  const network = compileNetwork({ layers, layout: layoutOf(width), engine, batch: rows, seed: 7 });
  network.parameters.set(numbers(1, network.parameters.length).map((value) => value / 4));
  const x = numbers(2, rows * width);
  const batch = miniBatchOf(
    engine,
    Array.from({ length: rows }, (_, i) => x.slice(i * width, (i + 1) * width)),
    new Array(rows).fill(0),
  );
  network.forward(batch, 'training');
  network.dOutput.set(numbers(3, rows * network.outputs));
  network.backward(network.dOutput, rows);
  const given = network.activations().filter(({ layer }) => !layer.endsWith('passThrough'));
  return { given: given.map(({ values }) => values.slice()), gradient: network.gradient.slice() };
}

/** Between a product and its activation stands a layer that does nothing: then they are not made in one. */
const apart = (layers: readonly Layer[]): Layer[] => layers.flatMap((layer) => [layer, passThrough()]);

const engines = [openEngine('reference'), ...float32Engines()];

for (const engine of engines) {
  for (const activation of activations) {
    const { kind, options } = activation();
    test(`${kind} ${JSON.stringify(options)} on ${engine.name} gives the same bits in one with the product before it`, (t) => {
      for (const [rows, width, units] of [
        [0, 3, 2],
        [1, 1, 1],
        [7, 5, 19],
        [37, 70, 33],
      ]) {
        for (const bias of [true, false]) {
          const layers = [
            affine(units, bias),
            activation(),
            affine(3, bias),
            activation(),
            affine(1, bias),
            activation(),
          ];
          const context = `${rows} x ${width} x ${units}, bias ${bias}`;
          t.deepEqual(pass(engine, layers, width, rows || 1), pass(engine, apart(layers), width, rows || 1), context);
        }
      }
    });
  }

  test(`residual and branches on ${engine.name} give the same bits with their products and activations in one`, (t) => {
    const inner = [affine(6), tanh(), affine(6), relu()];
    const made = (layers: Layer[]) => [
      affine(6),
      relu(),
      residual(layers),
      branches([layers, [passThrough()], [affine(2)]]),
      affine(1),
    ];
    const [one, two] = [made(inner), made(apart(inner))].map((layers) => pass(engine, layers, 9, 11));
    t.deepEqual(one, two);
  });

  test(`a product and its activation are made in one on ${engine.name}`, (t) => {
    const called: string[] = [];
    const { kernels } = engine;
    const spied: Engine = {
      ...engine,
      kernels: {
        ...kernels,
        matmul(...args) {
          called.push(args[7] ? `product, ${args[7].f}` : 'product');
          kernels.matmul(...args);
        },
        columnSums(...args) {
          called.push('columnSums');
          kernels.columnSums(...args);
        },
        elementwise: {
          ...kernels.elementwise,
          relu: {
            ...kernels.elementwise.relu,
            forward: () => called.push('relu'),
            gradient: () => called.push('gradient'),
            gradientAndSums(...args) {
              called.push('gradientAndSums');
              kernels.elementwise.relu.gradientAndSums(...args);
            },
          },
        },
      },
    };
    pass(spied, [affine(4), relu(), affine(2)], 3, 5);
    t.deepEqual(called, ['product, relu', 'product', 'columnSums', 'gradientAndSums']);
  });
}

/** Products of two layers and threads that share them: long enough that helpers have come. */
for (const name of ['wasm', 'wasm-strict', 'blas'] satisfies EngineName[]) {
  test(`large products of ${name} and their activations give the same bits in one`, (t) => {
    const layers = [affine(256), relu(), affine(128), gelu(), affine(10)];
    const [alone, shared] = [1, 2].map((threads) => openEngine(name, { threads }));
    const expected = pass(alone, apart(layers), 784, 128);
    t.deepEqual(pass(alone, layers, 784, 128), expected);
    for (let i = 0; i < 12; i++) t.deepEqual(pass(shared, layers, 784, 128), expected);
  });
}
