import test from 'ava';
import { lossLaws } from '../../src/laws/lossLaws.ts';
import { quantile } from '../../src/loss/quantile.ts';
import { holdTo } from '../holdTo.ts';

holdTo(test, lossLaws(quantile({ q: 0.5 }), { outputs: 1, targets: [0.5, -3] }));
holdTo(test, lossLaws(quantile({ q: 0.9 }), { outputs: 1, targets: [0.5, -3] }));

test('is least at the quantile', (t) => {
  const y = Float64Array.from({ length: 10 }, (_, i) => i);
  const loss = (p: number) =>
    quantile({ q: 0.75 }).evaluate(new Float64Array(10).fill(p), y, new Float64Array(10), 10, 1);
  const best = y.reduce((least, p) => (loss(p) < loss(least) ? p : least), 0);
  t.is(best, 7);
});

test('costs q for each unit below the target and 1 - q for each above', (t) => {
  const dOutput = new Float64Array(3);
  const loss = quantile({ q: 0.75 }).evaluate(Float64Array.of(0, 4, 1), Float64Array.of(2, 0, 1), dOutput, 3, 1);
  t.is(loss, (0.75 * 2 + 0.25 * 4) / 3);
  t.deepEqual([...dOutput], [-0.25, 0.25 / 3, 0]);
});

for (const q of [0, 1, Number.NaN]) {
  test(`refuses a q of ${q}`, (t) => {
    t.throws(() => quantile({ q }), { name: 'OptionError', message: /^quantile: q: expected a number in \(0, 1\)/ });
  });
}

test('has no default q', (t) => {
  // @ts-expect-error q is missing
  t.throws(() => quantile(), { name: 'OptionError', message: /^quantile: q: .* got nothing/ });
});
