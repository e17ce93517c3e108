import test from 'ava';
import { openEngine } from '../../../src/engine/openEngine.ts';
import { buildLayer } from '../../../src/laws/buildLayer.ts';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { prelu } from '../../../src/network/layers/prelu.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('prelu', () => prelu()),
);
holdTo(
  test,
  layerLaws('prelu with a slope for each unit', () => prelu({ shared: false })),
);

test('sums the gradient of a shared slope over rows and units, and of each unit over rows', (t) => {
  const engine = openEngine('reference');
  // z = [-1, 2; -3, -4], da = 1 everywhere: da min(z, 0) = [-1, 0; -3, -4].
  for (const [shared, expected] of [
    [true, [-8]],
    [false, [-4, -4]],
  ] as const) {
    const { parameters, pass } = buildLayer(prelu({ shared }), 2, engine, 2, (_, length) =>
      new Array(length).fill(0.5),
    );
    t.deepEqual([...pass.forward(Float64Array.of(-1, 2, -3, -4), 2, 'training')], [-0.5, 2, -1.5, -2]);
    t.deepEqual([...(pass.backward(Float64Array.of(1, 1, 1, 1), 2, true) ?? [])], [0.5, 1, 0.5, 0.5]);
    t.deepEqual([...parameters[0].gradient], expected);
  }
});

test('refuses options out of bounds', (t) => {
  t.throws(() => prelu({ slope: Number.NaN }), { name: 'OptionError', message: /^prelu: slope: expected/ });
  t.throws(() => prelu({ shared: 1 as unknown as boolean }), { name: 'OptionError', message: /^prelu: shared/ });
});
