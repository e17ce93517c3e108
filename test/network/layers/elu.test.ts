import test from 'ava';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { elu } from '../../../src/network/layers/elu.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('elu', () => elu()),
);
holdTo(
  test,
  layerLaws('elu of alpha 0.3', () => elu({ alpha: 0.3 })),
);

for (const alpha of [0, -1, Number.POSITIVE_INFINITY]) {
  test(`refuses an alpha of ${alpha}`, (t) => {
    t.throws(() => elu({ alpha }), { name: 'OptionError', message: /^elu: alpha: expected a finite number above 0/ });
  });
}
