import test from 'ava';
import { initializerLaws } from '../../../src/laws/initializerLaws.ts';
import { constant } from '../../../src/network/initializers/constant.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  initializerLaws('constant', () => constant(0.3), { mean: 0.3, deviation: 0 }),
);

test('refuses a value that is not finite', (t) => {
  t.throws(() => constant(Number.NaN), { name: 'OptionError', message: /^constant: value/ });
});
