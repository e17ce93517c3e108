import test from 'ava';
import { initializerLaws } from '../../../src/laws/initializerLaws.ts';
import { truncatedNormal } from '../../../src/network/initializers/truncatedNormal.ts';
import { holdTo } from '../../holdTo.ts';

// p(2) = 0.05399097, P(2) - P(-2) = 0.95449974; p(1) = 0.24197072, P(1) - P(-1) = 0.68268949.
const part = (bound: number, density: number, within: number) => Math.sqrt(1 - (2 * bound * density) / within);

holdTo(
  test,
  initializerLaws('truncatedNormal', () => truncatedNormal(), {
    mean: 0,
    deviation: 0.01 * part(2, 0.05399097, 0.95449974),
    bound: 0.02,
  }),
);
holdTo(
  test,
  initializerLaws('truncatedNormal at 1', () => truncatedNormal({ mean: -0.5, deviation: 0.3, bound: 1 }), {
    mean: -0.5,
    deviation: 0.3 * part(1, 0.24197072, 0.68268949),
    bound: 0.8,
  }),
);

test('refuses options out of bounds', (t) => {
  t.throws(() => truncatedNormal({ mean: Number.NaN }), { name: 'OptionError', message: /^truncatedNormal: mean/ });
  t.throws(() => truncatedNormal({ deviation: -1 }), { name: 'OptionError', message: /^truncatedNormal: deviation/ });
  t.throws(() => truncatedNormal({ bound: 0.5 }), { name: 'OptionError', message: /^truncatedNormal: bound/ });
});
