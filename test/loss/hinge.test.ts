import test from 'ava';
import { lossLaws } from '../../src/laws/lossLaws.ts';
import { hinge } from '../../src/loss/hinge.ts';
import { holdTo } from '../holdTo.ts';

holdTo(test, lossLaws(hinge(), { outputs: 1, targets: [0, 1] }));

test('costs what lacks to a margin of 1', (t) => {
  const dz = new Float64Array(4);
  // Margins 0.5, -2, 3 and 1: costs 0.5, 3, 0 and 0.
  const loss = hinge().evaluate(Float64Array.of(0.5, 2, -3, 1), Float64Array.of(1, 0, 0, 1), dz, 4, 1);
  t.is(loss, 3.5 / 4);
  t.deepEqual(
    [...dz].map((value) => value + 0),
    [-0.25, 0.25, 0, 0],
  );
});
