import test from 'ava';
import { defaultInitializer } from '../../../src/network/initializers/defaultInitializer.ts';
import { he } from '../../../src/network/initializers/he.ts';
import type { Layer } from '../../../src/network/layer.ts';
import { batchNorm } from '../../../src/network/layers/batchNorm.ts';
import { branches } from '../../../src/network/layers/branches.ts';
import { dense } from '../../../src/network/layers/dense.ts';
import { dropout } from '../../../src/network/layers/dropout.ts';
import { elu } from '../../../src/network/layers/elu.ts';
import { gelu } from '../../../src/network/layers/gelu.ts';
import { leakyRelu } from '../../../src/network/layers/leakyRelu.ts';
import { prelu } from '../../../src/network/layers/prelu.ts';
import { relu } from '../../../src/network/layers/relu.ts';
import { residual } from '../../../src/network/layers/residual.ts';
import { selu } from '../../../src/network/layers/selu.ts';
import { sigmoid } from '../../../src/network/layers/sigmoid.ts';
import { silu } from '../../../src/network/layers/silu.ts';
import { softplus } from '../../../src/network/layers/softplus.ts';
import { softsign } from '../../../src/network/layers/softsign.ts';
import { tanh } from '../../../src/network/layers/tanh.ts';
import { ownActivation } from '../ownLayers.ts';

const nameFor = (...following: readonly Layer[]) => defaultInitializer(following).name;

test('each activation gets the weights that suit it', (t) => {
  for (const layer of [relu(), leakyRelu(), prelu(), elu(), gelu(), silu()])
    t.is(nameFor(layer), 'he(normal)', layer.kind);
  t.is(nameFor(selu()), 'lecun(normal)');
  for (const layer of [tanh(), sigmoid(), softsign(), softplus()]) t.is(nameFor(layer), 'xavier(uniform)', layer.kind);
  t.is(nameFor(), 'xavier(uniform)');
});

test('an activation suits the weights before it, past layers without, up to the next weights', (t) => {
  t.is(nameFor(batchNorm(), dropout(0.5), relu()), 'he(normal)');
  for (const layer of [dense(3), residual([dense(3)]), branches([[dense(3)]])]) {
    t.is(nameFor(layer, relu()), 'xavier(uniform)', layer.kind);
  }
});

test('an own layer says what suits it, and that it has weights', (t) => {
  const own = ownActivation('mine', (z) => Math.max(z, 0));
  t.is(nameFor(own), 'xavier(uniform)');
  t.is(nameFor({ ...own, activation: { range: [0, Infinity], initializer: he() } }), 'he(normal)');
  t.is(nameFor({ ...own, mixesUnits: true }, relu()), 'xavier(uniform)');
});
