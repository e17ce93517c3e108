import test from 'ava';
import { leakyRelu } from '../../../src/network/layers/leakyRelu.ts';
import { layerLaws } from '../layerLaws.ts';

layerLaws(test, 'leakyRelu', () => leakyRelu());
layerLaws(test, 'leakyRelu of slope 0.2', () => leakyRelu({ slope: 0.2 }));

test('refuses a slope that is not finite', (t) => {
  t.throws(() => leakyRelu({ slope: Number.NaN }), { name: 'OptionError', message: /^leakyRelu: slope: expected/ });
});
