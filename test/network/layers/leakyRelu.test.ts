import test from 'ava';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { leakyRelu } from '../../../src/network/layers/leakyRelu.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('leakyRelu', () => leakyRelu()),
);
holdTo(
  test,
  layerLaws('leakyRelu of slope 0.2', () => leakyRelu({ slope: 0.2 })),
);

test('refuses a slope that is not finite', (t) => {
  t.throws(() => leakyRelu({ slope: Number.NaN }), { name: 'OptionError', message: /^leakyRelu: slope: expected/ });
});
