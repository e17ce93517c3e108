import { readFileSync } from 'node:fs';
import test from 'ava';
import { sigmoidOf } from '../../../src/loss/sigmoidOf.ts';
import { curveAt, recalibrate } from '../../../src/train/answers/calibration.ts';
import { fitCalibration, fitIsotonic, fitPlatt, fitTemperature } from '../../../src/train/answers/fitCalibration.ts';

interface BinaryCase {
  readonly x: number[];
  readonly y: number[];
  readonly platt: { readonly slope: number; readonly intercept: number };
  readonly isotonic: { readonly at: number[]; readonly value: number[] };
  readonly temperature: number;
}

interface ClassesCase {
  readonly z: number[];
  readonly y: number[];
  readonly outputs: number;
  readonly temperature: number;
}

const goldens: { readonly binary: BinaryCase[]; readonly classes: ClassesCase[] } = JSON.parse(
  readFileSync(new URL('../../golden/calibration.json', import.meta.url), 'utf8'),
);

for (const [i, { x, y, platt, isotonic, temperature }] of goldens.binary.entries()) {
  const scores = Float64Array.from(x);
  const right = Float64Array.from(y);
  const p = scores.map(sigmoidOf);

  test(`Platt's sigmoid agrees with scikit-learn, case ${i}`, (t) => {
    const { slope, intercept } = fitPlatt(scores, right);
    // That of scikit-learn ends where its gradient is below 1e-5.
    t.true(Math.abs(slope - platt.slope) < 1e-4, `${slope}, ${platt.slope}`);
    t.true(Math.abs(intercept - platt.intercept) < 1e-4, `${intercept}, ${platt.intercept}`);
  });

  test(`the isotonic curve agrees with scikit-learn, and keeps away from 0 and 1, case ${i}`, (t) => {
    const curve = fitIsotonic(p, right, 0);
    for (const [k, at] of isotonic.at.entries()) t.true(Math.abs(curveAt(curve, at) - isotonic.value[k]) < 1e-9);
    const margin = 1 / (y.length + 2);
    const within = curve.to.map((share) => Math.min(1 - margin, Math.max(margin, share)));
    t.deepEqual(fitIsotonic(p, right), { from: curve.from, to: within });
    t.notDeepEqual(curve.to, within);
  });

  test(`the temperature is that of the least log loss by scipy, case ${i}`, (t) => {
    t.true(Math.abs(fitTemperature(p, right, 1) / temperature - 1) < 1e-6);
  });
}

for (const [i, { z, y, outputs, temperature }] of goldens.classes.entries()) {
  test(`the temperature of more classes is that of the least log loss by scipy, case ${i}`, (t) => {
    const p = Float64Array.from(z, (each, k) => {
      const begin = k - (k % outputs);
      return Math.exp(each) / z.slice(begin, begin + outputs).reduce((sum, one) => sum + Math.exp(one), 0);
    });
    t.true(Math.abs(fitTemperature(p, Float64Array.from(y), outputs) / temperature - 1) < 1e-6);
  });
}

test('rows that are all right have the coldest temperature, and rows that are all wrong the hottest', (t) => {
  const p = Float64Array.of(0.9, 0.8, 0.1);
  const y = Float64Array.of(1, 1, 0);
  t.true(fitTemperature(p, y, 1) < 0.05);
  t.true(
    fitTemperature(
      p,
      y.map((one) => 1 - one),
      1,
    ) > 100,
  );
});

test('probabilities of 0 and 1 are recalibrated to finite ones', (t) => {
  const p = Float64Array.of(0, 0, 0.3, 0.7, 1, 1, 1, 0);
  const y = Float64Array.of(0, 1, 0, 1, 1, 0, 1, 0);
  for (const method of ['temperature', 'platt', 'isotonic'] as const) {
    const made = p.slice();
    recalibrate(fitCalibration(method, p, y, 1), made, p.length, 1);
    t.true(
      made.every((each) => each > 0 && each < 1),
      `${method}: ${made}`,
    );
    t.true(made[0] <= made[2] && made[2] <= made[3] && made[3] <= made[4], method);
  }
});

test('probabilities of classes that all become 0 are shared evenly', (t) => {
  const curve = { from: [0], to: [0] };
  const p = Float64Array.of(0.2, 0.8);
  recalibrate({ method: 'isotonic', curves: [curve, curve] }, p, 1, 2);
  t.deepEqual([...p], [0.5, 0.5]);
});

test('equal scores have the share of the ones, smoothed, as their sigmoid', (t) => {
  const { slope, intercept } = fitPlatt(Float64Array.of(2, 2, 2, 2), Float64Array.of(1, 0, 0, 0));
  // Three targets of 1/5 and one of 2/3: their mean is 19/60.
  t.true(Math.abs(sigmoidOf(2 * slope + intercept) - 19 / 60) < 1e-6);
});
