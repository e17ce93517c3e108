import test from 'ava';
import { lossLaws } from '../../src/laws/lossLaws.ts';
import { meanSquaredError } from '../../src/loss/meanSquaredError.ts';
import { holdTo } from '../holdTo.ts';

holdTo(test, lossLaws(meanSquaredError(), { outputs: 1, targets: [0.5, -3] }));

test('is the mean of squares over rows and outputs', (t) => {
  const dOutput = new Float64Array(4);
  // Errors 1, -2, 0, 3: (1 + 4 + 0 + 9) / 4
  const loss = meanSquaredError().evaluate(Float64Array.of(2, 0, 5, 4), Float64Array.of(1, 2, 5, 1), dOutput, 2, 2);
  t.is(loss, 3.5);
  t.deepEqual([...dOutput], [0.5, -1, 0, 1.5]);
});
