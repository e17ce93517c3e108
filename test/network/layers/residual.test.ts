import test from 'ava';
import { openEngine } from '../../../src/engine/openEngine.ts';
import { buildLayer } from '../../../src/laws/buildLayer.ts';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import type { Layer } from '../../../src/network/layer.ts';
import { batchNorm } from '../../../src/network/layers/batchNorm.ts';
import { dense } from '../../../src/network/layers/dense.ts';
import { dropout } from '../../../src/network/layers/dropout.ts';
import { passThrough } from '../../../src/network/layers/passThrough.ts';
import { relu } from '../../../src/network/layers/relu.ts';
import { residual } from '../../../src/network/layers/residual.ts';
import { tanh } from '../../../src/network/layers/tanh.ts';
import { planNetwork } from '../../../src/network/planNetwork.ts';
import { holdTo } from '../../holdTo.ts';
import { layoutOf } from '../miniBatchOf.ts';

/** Two dense layers within, whatever the width. */
const block: Layer = {
  ...residual([tanh()]),
  plan: (width, following) => residual(width > 0 ? [dense(2), tanh(), dense(width)] : [tanh()]).plan(width, following),
};

holdTo(
  test,
  layerLaws('residual', () => block),
);
holdTo(
  test,
  layerLaws('residual of layers whose rows depend on each other', () => residual([batchNorm(), dropout(0.3)]), {
    rowsDepend: true,
  }),
);

test('adds what goes in to what comes out', (t) => {
  const { pass } = buildLayer(residual([passThrough(), relu()]), 2, openEngine('reference'), 1, () => []);
  t.deepEqual([...pass.forward(Float64Array.of(3, -2), 1, 'training')], [6, -2]);
  t.deepEqual([...(pass.backward(Float64Array.of(1, 10), 1, true) ?? [])], [2, 10]);
});

test('names its parameters and buffers by the layers within, and counts them', (t) => {
  const layers = [dense(4), residual([dense(3), batchNorm(), relu(), dense(4)])];
  const plan = planNetwork({ layers, layout: layoutOf(2) });
  t.deepEqual(
    plan.places.slice(2).map(({ name, shape }) => [name, `${shape}`]),
    [
      ['2.residual.1.dense.w', '4,3'],
      ['2.residual.1.dense.b', '3'],
      ['2.residual.2.batchNorm.gamma', '3'],
      ['2.residual.2.batchNorm.beta', '3'],
      ['2.residual.4.dense.w', '3,4'],
      ['2.residual.4.dense.b', '4'],
    ],
  );
  t.deepEqual(
    plan.bufferPlaces.map(({ name, offset, length }) => [name, offset, length]),
    [
      ['2.residual.2.batchNorm.mean', 0, 3],
      ['2.residual.2.batchNorm.variance', 3, 3],
    ],
  );
  t.is(plan.layers[1].parameters, 15 + 6 + 16);
});

test('fits the weights within to the activations within and after', (t) => {
  const { parameters } = residual([dense(3), relu(), dense(2)]).plan(2, [tanh(), relu()]);
  t.deepEqual(
    parameters.map(({ initializer }) => initializer.name),
    ['he(normal)', 'zeros', 'he(normal)', 'zeros'],
  );
});

test('refuses layers that change the width, and names the layer within that does not fit', (t) => {
  t.throws(() => planNetwork({ layers: [residual([dense(3)])], layout: layoutOf(2) }), {
    name: 'ShapeError',
    message: 'layer 1 (residual): expected 2 units out, as many as go in, got 3.',
  });
  const nested = residual([relu(), residual([dense(3)])]);
  t.throws(() => planNetwork({ layers: [relu(), nested], layout: layoutOf(2) }), {
    name: 'ShapeError',
    message: 'layer 2 (residual) of layer 2 (residual): expected 2 units out, as many as go in, got 3.',
  });
});

test('refuses to be empty', (t) => {
  t.throws(() => residual([]), {
    name: 'OptionError',
    message: 'residual: layers: expected a list of layers, at least one, got [].',
  });
});
