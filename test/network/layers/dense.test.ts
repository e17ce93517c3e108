import test from 'ava';
import { openEngine } from '../../../src/engine/openEngine.ts';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { constant } from '../../../src/network/initializers/constant.ts';
import { batchNorm } from '../../../src/network/layers/batchNorm.ts';
import { dense } from '../../../src/network/layers/dense.ts';
import { dropout } from '../../../src/network/layers/dropout.ts';
import { elu } from '../../../src/network/layers/elu.ts';
import { gelu } from '../../../src/network/layers/gelu.ts';
import { leakyRelu } from '../../../src/network/layers/leakyRelu.ts';
import { passThrough } from '../../../src/network/layers/passThrough.ts';
import { prelu } from '../../../src/network/layers/prelu.ts';
import { relu } from '../../../src/network/layers/relu.ts';
import { residual } from '../../../src/network/layers/residual.ts';
import { selu } from '../../../src/network/layers/selu.ts';
import { sigmoid } from '../../../src/network/layers/sigmoid.ts';
import { silu } from '../../../src/network/layers/silu.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('dense', () => dense(3)),
);
holdTo(
  test,
  layerLaws('dense without bias', () => dense(2, { bias: false, initializer: constant(0.1) })),
);

test('adds weighted inputs and the bias', (t) => {
  const engine = openEngine('reference');
  const w = { value: Float64Array.of(1, 2, 3, 4), gradient: new Float64Array(4) };
  const b = { value: Float64Array.of(10, 20), gradient: new Float64Array(2) };
  const pass = dense(2)
    .plan(2, [])
    .build({ engine, rows: 1, parameters: [w, b], buffers: [], seed: 7, path: [1] });
  // [1, -1] [[1, 2], [3, 4]] + [10, 20] = [1 - 3 + 10, 2 - 4 + 20]
  t.deepEqual([...pass.forward(Float64Array.of(1, -1), 1, 'training')], [8, 18]);
  // dz = [1, 2]: dx = [1*1 + 2*2, 1*3 + 2*4], dw = [[1, 2], [-1, -2]]
  t.deepEqual([...(pass.backward(Float64Array.of(1, 2), 1, true) ?? [])], [5, 11]);
  t.deepEqual([...w.gradient], [1, 2, -1, -2]);
  t.deepEqual([...b.gradient], [1, 2]);
});

test('begins with He before a ReLU or a relative of it, with LeCun before a SELU, with Xavier otherwise, and with what is asked for', (t) => {
  const names = (layer: ReturnType<typeof dense>, ...following: ReturnType<typeof dense>[]) =>
    layer.plan(4, following).parameters.map(({ initializer }) => initializer.name);
  t.deepEqual(names(dense(2), relu()), ['he(normal)', 'zeros']);
  t.deepEqual(names(dense(2), passThrough(), relu()), ['he(normal)', 'zeros']);
  for (const rectifier of [leakyRelu(), prelu(), elu(), gelu(), silu()]) {
    t.deepEqual(names(dense(2), rectifier), ['he(normal)', 'zeros'], rectifier.kind);
  }
  t.deepEqual(names(dense(2), batchNorm(), dropout(0.1), relu()), ['he(normal)', 'zeros']);
  t.deepEqual(names(dense(2), selu()), ['lecun(normal)', 'zeros']);
  t.deepEqual(names(dense(2), residual([relu()])), ['xavier(uniform)', 'zeros']);
  t.deepEqual(names(dense(2), sigmoid()), ['xavier(uniform)', 'zeros']);
  t.deepEqual(names(dense(2)), ['xavier(uniform)', 'zeros']);
  t.deepEqual(names(dense(2), dense(2), relu()), ['xavier(uniform)', 'zeros']);
  t.deepEqual(names(dense(2, { initializer: constant(1), bias: false }), relu()), ['constant(1)']);
});

for (const units of [0, -1, 1.5, Number.NaN]) {
  test(`refuses ${units} units`, (t) => {
    t.throws(() => dense(units), { name: 'OptionError', message: /^dense: units: expected an integer of at least 1/ });
  });
}
