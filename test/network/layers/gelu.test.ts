import test from 'ava';
import { openEngine } from '../../../src/engine/openEngine.ts';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { gelu } from '../../../src/network/layers/gelu.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('gelu', () => gelu()),
);
holdTo(
  test,
  layerLaws('gelu by tanh', () => gelu({ approximate: 'tanh' })),
);

test('the approximation is nowhere farther than 0.0005 off', (t) => {
  const { elementwise } = openEngine('reference').kernels;
  const z = Float64Array.from({ length: 2001 }, (_, i) => (i - 1000) / 100);
  const [exact, near] = [z.slice(), z.slice()];
  elementwise.gelu.forward(exact, z, z.length);
  elementwise.geluTanh.forward(near, z, z.length);
  t.true(exact.every((a, i) => Math.abs(a - near[i]) < 0.0005));
});

test('refuses another approximation', (t) => {
  const approximate = 'sigmoid' as 'tanh';
  t.throws(() => gelu({ approximate }), {
    name: 'OptionError',
    message: "gelu: approximate: expected 'none' or 'tanh', got 'sigmoid'.",
  });
});
