import test from 'ava';
import type { Layer } from '../../src/network/layer.ts';
import { batchNorm } from '../../src/network/layers/batchNorm.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { dropout } from '../../src/network/layers/dropout.ts';
import { elu } from '../../src/network/layers/elu.ts';
import { gelu } from '../../src/network/layers/gelu.ts';
import { layerNorm } from '../../src/network/layers/layerNorm.ts';
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
import { observeActivation } from '../../src/network/observeActivation.ts';
import { ownActivation } from './ownLayers.ts';

/** The same layer, which says nothing of itself. */
const mute = ({ activation: _, mixesUnits: __, ...layer }: Layer): Layer => layer;

for (const layer of [
  elu({ alpha: 2 }),
  gelu(),
  leakyRelu(),
  leakyRelu({ slope: 0 }),
  leakyRelu({ slope: -1 }),
  relu(),
  selu(),
  sigmoid(),
  silu(),
  softplus(),
  softsign(),
  tanh(),
]) {
  const { kind, options, activation } = layer;
  test(`${kind} ${JSON.stringify(options)} is seen to have the range that it declares`, (t) => {
    const range = observeActivation(mute(layer))?.range ?? [];
    t.is(range.length, 2);
    activation?.range.forEach((bound, i) => {
      if (Number.isFinite(bound)) t.true(Math.abs(range[i] - bound) < 0.05, `${range} for ${activation.range}`);
      else t.is(range[i], bound);
    });
  });
}

test('layers that are no activations are seen to be none', (t) => {
  for (const layer of [batchNorm(), dense(3), dropout(0.5), passThrough(), layerNorm(), residual([tanh(), dense(3)])]) {
    t.is(observeActivation(mute(layer)), undefined, layer.kind);
  }
});

test('an own activation that is bounded on both sides is seen to saturate, or to be off, at the low bound', (t) => {
  const clip = (low: number, high: number) => (z: number) => Math.max(low, Math.min(high, z));
  t.deepEqual(observeActivation(ownActivation('hardTanh', clip(-1, 1))), { range: [-1, 1], rectifies: false });
  t.deepEqual(observeActivation(ownActivation('relu6', clip(0, 6))), { range: [0, 6], rectifies: true });
  t.deepEqual(observeActivation(ownActivation('exponential', Math.exp))?.range[1], Infinity);
});

test('a layer that cannot be tried is nothing that is known', (t) => {
  const layer = ownActivation('broken', Math.tanh);
  const throws = () => {
    throw new Error('not here');
  };
  t.is(observeActivation({ ...layer, plan: throws }), undefined);
  t.is(observeActivation({ ...layer, plan: (width) => ({ ...layer.plan(width, []), build: throws }) }), undefined);
  t.is(observeActivation(ownActivation('undefined below 0', Math.log)), undefined);
});
