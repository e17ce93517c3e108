import test from 'ava';
import { lossLaws } from '../../src/laws/lossLaws.ts';
import { meanAbsoluteError } from '../../src/loss/meanAbsoluteError.ts';
import { holdTo } from '../holdTo.ts';

holdTo(test, lossLaws(meanAbsoluteError(), { outputs: 1, targets: [0.5, -3] }));

test('pulls with the same force from near and far, and not at the target', (t) => {
  const dOutput = new Float64Array(4);
  // Errors 1, -2, 0, 3: (1 + 2 + 0 + 3) / 4
  const loss = meanAbsoluteError().evaluate(Float64Array.of(2, 0, 5, 4), Float64Array.of(1, 2, 5, 1), dOutput, 4, 1);
  t.is(loss, 1.5);
  t.deepEqual([...dOutput], [0.25, -0.25, 0, 0.25]);
});
