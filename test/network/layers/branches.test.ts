import test from 'ava';
import { openEngine } from '../../../src/engine/openEngine.ts';
import { buildLayer } from '../../../src/laws/buildLayer.ts';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { batchNorm } from '../../../src/network/layers/batchNorm.ts';
import { branches } from '../../../src/network/layers/branches.ts';
import { dense } from '../../../src/network/layers/dense.ts';
import { dropout } from '../../../src/network/layers/dropout.ts';
import { passThrough } from '../../../src/network/layers/passThrough.ts';
import { relu } from '../../../src/network/layers/relu.ts';
import { residual } from '../../../src/network/layers/residual.ts';
import { tanh } from '../../../src/network/layers/tanh.ts';
import { planNetwork } from '../../../src/network/planNetwork.ts';
import { holdTo } from '../../holdTo.ts';
import { layoutOf } from '../miniBatchOf.ts';

holdTo(
  test,
  layerLaws('branches', () => branches([[dense(2)], [dense(3), tanh(), dense(1)], [passThrough()]])),
);
holdTo(
  test,
  layerLaws('branches within branches', () =>
    branches([[branches([[tanh()], [dense(2)]]), dense(5)], [residual([tanh()])]]),
  ),
);
holdTo(
  test,
  layerLaws('branches of layers whose rows depend on each other', () => branches([[batchNorm()], [dropout(0.3)]]), {
    rowsDepend: true,
  }),
);

test('puts the outputs side by side, and adds what comes back', (t) => {
  const { plan, pass } = buildLayer(branches([[passThrough()], [relu()]]), 2, openEngine('reference'), 2, () => []);
  t.is(plan.width, 4);
  t.deepEqual([...pass.forward(Float64Array.of(1, -2, -3, 4), 2, 'training')], [1, -2, 1, 0, -3, 4, 0, 4]);
  t.deepEqual([...(pass.backward(Float64Array.of(1, 2, 10, 20, 3, 4, 30, 40), 2, true) ?? [])], [11, 2, 3, 44]);
});

test('names its parameters and buffers by branch and layer', (t) => {
  const layers = [branches([[dense(1, { bias: false })], [dense(3), batchNorm()]])];
  const plan = planNetwork({ layers, layout: layoutOf(2) });
  t.deepEqual(
    plan.places.map(({ name }) => name),
    [
      '1.branches.1.1.dense.w',
      '1.branches.2.1.dense.w',
      '1.branches.2.1.dense.b',
      '1.branches.2.2.batchNorm.gamma',
      '1.branches.2.2.batchNorm.beta',
    ],
  );
  t.deepEqual(
    plan.bufferPlaces.map(({ name }) => name),
    ['1.branches.2.2.batchNorm.mean', '1.branches.2.2.batchNorm.variance'],
  );
});

test('refuses to be empty, in whole or in part', (t) => {
  t.throws(() => branches([]), {
    name: 'OptionError',
    message: 'branches: ways: expected a list of branches, at least one, got [].',
  });
  t.throws(() => branches([[relu()], []]), {
    name: 'OptionError',
    message: 'branches: ways[1]: expected a list of layers, at least one, got [].',
  });
});
