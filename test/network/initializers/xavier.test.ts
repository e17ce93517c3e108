import test from 'ava';
import { xavier } from '../../../src/network/initializers/xavier.ts';
import { initializerLaws } from '../initializerLaws.ts';

const deviation = Math.sqrt(2 / 80);
initializerLaws(test, 'xavier', () => xavier(), { mean: 0, deviation, bound: Math.sqrt(6 / 80) });
initializerLaws(test, 'xavier normal', () => xavier({ distribution: 'normal' }), { mean: 0, deviation });

test('refuses an unknown distribution', (t) => {
  // @ts-expect-error not a distribution
  t.throws(() => xavier({ distribution: 'cauchy' }), { name: 'OptionError', message: /^xavier: distribution/ });
});
