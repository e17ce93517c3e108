import { readFileSync } from 'node:fs';
import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { buildLayer } from '../../src/laws/buildLayer.ts';
import { distance, float32Engines, vectorOf } from '../../src/laws/numbers.ts';
import type { Layer } from '../../src/network/layer.ts';
import { batchNorm } from '../../src/network/layers/batchNorm.ts';
import { branches } from '../../src/network/layers/branches.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { elu } from '../../src/network/layers/elu.ts';
import { gelu } from '../../src/network/layers/gelu.ts';
import { layerNorm } from '../../src/network/layers/layerNorm.ts';
import { leakyRelu } from '../../src/network/layers/leakyRelu.ts';
import { passThrough } from '../../src/network/layers/passThrough.ts';
import { prelu } from '../../src/network/layers/prelu.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { residual } from '../../src/network/layers/residual.ts';
import { selu } from '../../src/network/layers/selu.ts';
import { sigmoid } from '../../src/network/layers/sigmoid.ts';
import { silu } from '../../src/network/layers/silu.ts';
import { softplus } from '../../src/network/layers/softplus.ts';
import { softsign } from '../../src/network/layers/softsign.ts';
import { tanh } from '../../src/network/layers/tanh.ts';

interface Case {
  readonly name: string;
  readonly rows: number;
  readonly width: number;
  readonly x: readonly number[];
  readonly a: readonly number[];
  readonly da: readonly number[];
  readonly dx: readonly number[];
  readonly parameters: readonly { readonly value: readonly number[]; readonly gradient: readonly number[] }[];
  /** After the one pass. */
  readonly buffers: readonly (readonly number[])[];
  /** The output in inference, after that pass. */
  readonly inUse: readonly number[];
}

const layers: Readonly<Record<string, () => Layer>> = {
  dense: () => dense(3),
  'dense without bias': () => dense(3, { bias: false }),
  sigmoid,
  tanh,
  relu,
  passThrough,
  leakyRelu,
  prelu,
  'prelu with a slope for each unit': () => prelu({ shared: false }),
  elu,
  'elu of alpha 0.3': () => elu({ alpha: 0.3 }),
  selu,
  gelu,
  'gelu by tanh': () => gelu({ approximate: 'tanh' }),
  silu,
  softplus,
  softsign,
  batchNorm,
  'batchNorm with other options': () => batchNorm({ momentum: 0.4, epsilon: 0.1 }),
  layerNorm,
  'layerNorm with another epsilon': () => layerNorm({ epsilon: 0.1 }),
  residual: () => residual([dense(3), batchNorm(), tanh(), dense(4)]),
  branches: () => branches([[dense(1)], [dense(3), silu(), layerNorm()], [passThrough()]]),
};

const text = readFileSync(new URL('../golden/layers.json', import.meta.url), 'utf8');
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(text);

for (const engine of [openEngine('reference'), ...float32Engines()]) {
  const tolerance = engine.name === 'reference' ? 1e-9 : 1e-5;
  for (const golden of cases) {
    test(`${golden.name} on ${engine.name} agrees with PyTorch`, (t) => {
      const { rows, width } = golden;
      const layer = layers[golden.name]();
      const values = (i: number) => golden.parameters[i].value;
      const { parameters, buffers, pass } = buildLayer(layer, width, engine, rows, values);
      const close = (what: string, actual: ArrayLike<number>, expected: readonly number[]) =>
        t.true(distance(actual, expected) < tolerance, `${what}: ${distance(actual, expected)}`);

      t.is(parameters.length, golden.parameters.length);
      const x = vectorOf(engine, golden.x);
      close('a', pass.forward(x, rows, 'training').slice(0, golden.a.length), golden.a);
      const dx = pass.backward(vectorOf(engine, golden.da), rows, true) ?? [];
      close('dx', dx.slice(0, golden.dx.length), golden.dx);
      parameters.forEach(({ gradient }, i) => {
        close(`gradient of parameter ${i}`, gradient, golden.parameters[i].gradient);
      });
      t.is(buffers.length, golden.buffers.length);
      buffers.forEach((buffer, i) => {
        close(`buffer ${i}`, buffer, golden.buffers[i]);
      });
      close('in use', pass.forward(x, rows, 'inference').slice(0, golden.a.length), golden.inUse);
    });
  }
}
