import test from 'ava';
import { randomSequence } from '../../../src/engine/random.ts';
import { initializerLaws } from '../../../src/laws/initializerLaws.ts';
import { orthogonal } from '../../../src/network/initializers/orthogonal.ts';
import { holdTo } from '../../holdTo.ts';

// The laws fill 20,000 numbers for 50 units before: 50 rows of 400 numbers, each row of length 1.
holdTo(
  test,
  initializerLaws('orthogonal', () => orthogonal(), { mean: 0, deviation: Math.sqrt(1 / 400) }),
);
holdTo(
  test,
  initializerLaws('orthogonal of gain 2', () => orthogonal({ gain: 2 }), {
    mean: 0,
    deviation: Math.sqrt(4 / 400),
  }),
);

for (const [fanIn, fanOut] of [
  [4, 4],
  [3, 7],
  [7, 3],
  [1, 5],
]) {
  test(`${fanIn} rows and ${fanOut} columns: the fewer stand at right angles`, (t) => {
    const w = new Float64Array(fanIn * fanOut);
    orthogonal({ gain: 3 }).fill(w, fanIn, fanOut, randomSequence(7, 'initialization'));
    const wide = fanIn <= fanOut;
    const at = (i: number, k: number) => (wide ? w[i * fanOut + k] : w[k * fanOut + i]);
    for (let i = 0; i < Math.min(fanIn, fanOut); i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < Math.max(fanIn, fanOut); k++) sum += at(i, k) * at(j, k);
        t.true(Math.abs(sum - (i === j ? 9 : 0)) < 1e-12);
      }
    }
  });
}

test('refuses a gain of 0', (t) => {
  t.throws(() => orthogonal({ gain: 0 }), {
    name: 'OptionError',
    message: /^orthogonal: gain: expected a finite number above 0/,
  });
});
