import type { TestFn } from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import type { Loss } from '../../src/loss/loss.ts';
import { distance, numbers, slopes } from '../network/numbers.ts';

export interface LossUnderTest {
  readonly outputs: number;
  /** A target of each kind that can come. */
  readonly targets: readonly number[];
}

const rows = 6;

/**
 * The laws of a loss.
 *
 * @example lossLaws(test, binaryCrossEntropy(), { outputs: 1, targets: [0, 1] })
 */
export function lossLaws(test: TestFn, loss: Loss, { outputs, targets }: LossUnderTest): void {
  const name = `${loss.name}, ${outputs} outputs`;
  const y = Float64Array.from({ length: rows }, (_, i) => targets[i % targets.length]);
  const output = () => Float64Array.from(numbers(1, rows * outputs));

  test(`${name}: the gradient is the derivative`, (t) => {
    const z = output();
    const dOutput = new Float64Array(rows * outputs);
    loss.evaluate(z, y, dOutput, rows, outputs);
    const scratch = new Float64Array(rows * outputs);
    const expected = slopes(z, () => loss.evaluate(z, y, scratch, rows, outputs));
    t.true(distance(dOutput, expected) < 1e-9);
  });

  for (const extreme of [1e30, -1e30]) {
    test(`${name}: loss, gradient and prediction are finite at ${extreme}`, (t) => {
      for (let k = 0; k < outputs; k++) {
        const z = openEngine('reference').vector(rows * outputs);
        for (let row = 0; row < rows; row++) z[row * outputs + k] = extreme;
        for (const vector of [z, Float32Array.from(z)]) {
          const dOutput = vector.slice();
          t.true(Number.isFinite(loss.evaluate(vector, y, dOutput, rows, outputs)));
          t.true(dOutput.every(Number.isFinite));
          const p = vector.slice();
          loss.predict(p, vector, rows, outputs);
          t.true(p.every(Number.isFinite));
        }
      }
    });
  }

  test(`${name}: is the mean over the rows`, (t) => {
    const z = output();
    const all = loss.evaluate(z, y, new Float64Array(rows * outputs), rows, outputs);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const own = z.subarray(row * outputs, (row + 1) * outputs);
      sum += loss.evaluate(own, y.subarray(row, row + 1), new Float64Array(outputs), 1, outputs);
    }
    t.true(Math.abs(all - sum / rows) < 1e-12);
  });

  test(`${name}: is 0 for no rows`, (t) => {
    const none = new Float64Array(0);
    t.is(loss.evaluate(none, none, none, 0, outputs), 0);
  });

  test(`${name}: leaves outputs and targets as they were, and predicts in place`, (t) => {
    const z = output();
    const before = { z: z.slice(), y: y.slice() };
    loss.evaluate(z, y, new Float64Array(rows * outputs), rows, outputs);
    const p = z.slice();
    loss.predict(p, z, rows, outputs);
    t.deepEqual({ z, y }, before);
    loss.predict(z, z, rows, outputs);
    t.deepEqual(z, p);
  });

  if (loss.task !== 'regression') {
    test(`${name}: predicts probabilities`, (t) => {
      const p = output();
      loss.predict(p, p, rows, outputs);
      t.true(p.every((value) => value >= 0 && value <= 1));
      if (loss.task === 'binary') return;
      for (let row = 0; row < rows; row++) {
        const sum = p.subarray(row * outputs, (row + 1) * outputs).reduce((a, b) => a + b, 0);
        t.true(Math.abs(sum - 1) < 1e-12);
      }
    });
  }
}
