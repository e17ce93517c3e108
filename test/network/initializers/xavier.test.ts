import test from 'ava';
import { initializerLaws } from '../../../src/laws/initializerLaws.ts';
import { xavier } from '../../../src/network/initializers/xavier.ts';
import { holdTo } from '../../holdTo.ts';

const deviation = Math.sqrt(2 / 80);
holdTo(
  test,
  initializerLaws('xavier', () => xavier(), { mean: 0, deviation, bound: Math.sqrt(6 / 80) }),
);
holdTo(
  test,
  initializerLaws('xavier normal', () => xavier({ distribution: 'normal' }), { mean: 0, deviation }),
);

test('refuses an unknown distribution', (t) => {
  // @ts-expect-error not a distribution
  t.throws(() => xavier({ distribution: 'cauchy' }), { name: 'OptionError', message: /^xavier: distribution/ });
});
