import test from 'ava';
import { elu } from '../../../src/network/layers/elu.ts';
import { layerLaws } from '../layerLaws.ts';

layerLaws(test, 'elu', () => elu());
layerLaws(test, 'elu of alpha 0.3', () => elu({ alpha: 0.3 }));

for (const alpha of [0, -1, Number.POSITIVE_INFINITY]) {
  test(`refuses an alpha of ${alpha}`, (t) => {
    t.throws(() => elu({ alpha }), { name: 'OptionError', message: /^elu: alpha: expected a number more than 0/ });
  });
}
