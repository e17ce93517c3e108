import test from 'ava';
import { normal } from '../../../src/network/initializers/normal.ts';
import { initializerLaws } from '../initializerLaws.ts';

initializerLaws(test, 'normal', () => normal(), { mean: 0, deviation: 0.01 });
initializerLaws(test, 'normal around 2', () => normal({ mean: 2, deviation: 3 }), { mean: 2, deviation: 3 });

test('refuses a negative deviation', (t) => {
  t.throws(() => normal({ deviation: -1 }), { name: 'OptionError', message: /^normal: deviation/ });
});
