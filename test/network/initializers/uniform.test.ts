import test from 'ava';
import { initializerLaws } from '../../../src/laws/initializerLaws.ts';
import { uniform } from '../../../src/network/initializers/uniform.ts';
import { holdTo } from '../../holdTo.ts';

// The variance of a uniform distribution is its width squared, over 12.
holdTo(
  test,
  initializerLaws('uniform', () => uniform({ from: -1, to: 3 }), {
    mean: 1,
    deviation: 4 / Math.sqrt(12),
    bound: 3,
  }),
);

test('refuses an interval that ends before it begins', (t) => {
  t.throws(() => uniform({ from: 1, to: 0 }), { name: 'OptionError', message: /^uniform: to/ });
});
