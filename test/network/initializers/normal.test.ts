import test from 'ava';
import { initializerLaws } from '../../../src/laws/initializerLaws.ts';
import { normal } from '../../../src/network/initializers/normal.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  initializerLaws('normal', () => normal(), { mean: 0, deviation: 0.01 }),
);
holdTo(
  test,
  initializerLaws('normal around 2', () => normal({ mean: 2, deviation: 3 }), { mean: 2, deviation: 3 }),
);

test('refuses a negative deviation', (t) => {
  t.throws(() => normal({ deviation: -1 }), { name: 'OptionError', message: /^normal: deviation/ });
});
