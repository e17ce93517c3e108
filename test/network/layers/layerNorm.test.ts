import test from 'ava';
import { openEngine } from '../../../src/engine/openEngine.ts';
import { buildLayer } from '../../../src/laws/buildLayer.ts';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { distance, float32Engines, vectorOf } from '../../../src/laws/numbers.ts';
import { layerNorm } from '../../../src/network/layers/layerNorm.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('layerNorm', () => layerNorm()),
);

for (const engine of [openEngine('reference'), ...float32Engines()]) {
  test(`brings each row to mean 0 and variance 1, however far from 0 it is, on ${engine.name}`, (t) => {
    const { pass } = buildLayer(layerNorm(), 5, engine, 2, (i, length) => new Array(length).fill(1 - i));
    // Both rows differ from their mean by -2, -1, 0, 1, 2, of variance 2.
    const z = vectorOf(engine, [-2, -1, 0, 1, 2, 4098, 4097, 4096, 4095, 4094]);
    const expected = [-2, -1, 0, 1, 2, 2, 1, 0, -1, -2].map((value) => value / Math.sqrt(2 + 1e-5));
    t.true(distance(pass.forward(z, 2, 'inference').slice(0, 10), expected) < 1e-6);
  });
}

test('refuses an epsilon of 0', (t) => {
  t.throws(() => layerNorm({ epsilon: 0 }), { name: 'OptionError', message: /^layerNorm: epsilon: expected/ });
});
