import { ok as holds, strictEqual as is, deepStrictEqual as same } from 'node:assert/strict';
import { openEngine } from '../engine/openEngine.ts';
import type { Loss } from '../loss/loss.ts';
import { type Law, statedLaws } from './law.ts';
import { distance, float32Engines, numbers, slopes, vectorOf } from './numbers.ts';

export interface LossUnderTest {
  readonly outputs: number;
  /** A target of each kind that can come. */
  readonly targets: readonly number[];
  /**
   * Numbers of y for each row.
   * @default 1
   */
  readonly width?: number;
  /**
   * Whether rows count alike, so that the loss of several is the mean of theirs.
   * @default true
   */
  readonly alike?: boolean;
}

const rows = 6;

/**
 * The laws of a loss.
 *
 * @example lossLaws(binaryCrossEntropy(), { outputs: 1, targets: [0, 1] })
 */
export function lossLaws(loss: Loss, underTest: LossUnderTest): Law[] {
  const { laws, law } = statedLaws();
  const { outputs, targets, width = 1, alike = true } = underTest;
  const options = Object.keys(loss.options).length > 0 ? ` ${JSON.stringify(loss.options)}` : '';
  const name = `${loss.name}${options}, ${outputs} outputs`;
  const y = Float64Array.from({ length: rows * width }, (_, i) => targets[i % targets.length]);
  const weights = Float64Array.of(1, 0, 2, 0.5, 3, 1);
  const output = () => Float64Array.from(numbers(1, rows * outputs));

  law(`${name}: the gradient is the derivative`, () => {
    const z = output();
    const dOutput = new Float64Array(rows * outputs);
    loss.evaluate(z, y, dOutput, rows, outputs);
    const scratch = new Float64Array(rows * outputs);
    const expected = slopes(z, () => loss.evaluate(z, y, scratch, rows, outputs));
    holds(distance(dOutput, expected) < 1e-9);
  });

  for (const extreme of [1e30, -1e30]) {
    law(`${name}: loss, gradient and prediction are finite at ${extreme}`, () => {
      for (let k = 0; k < outputs; k++) {
        const z = openEngine('reference').vector(rows * outputs);
        for (let row = 0; row < rows; row++) z[row * outputs + k] = extreme;
        for (const vector of [z, Float32Array.from(z)]) {
          const dOutput = vector.slice();
          holds(Number.isFinite(loss.evaluate(vector, y, dOutput, rows, outputs)));
          holds(dOutput.every(Number.isFinite));
          const p = vector.slice();
          loss.predict(p, vector, rows, outputs);
          holds(p.every(Number.isFinite));
        }
      }
    });
  }

  law(`${name}: the kernels of an engine give what plain loops give`, () => {
    for (const engine of [openEngine('reference'), ...float32Engines()]) {
      const [z, targetsThere] = [vectorOf(engine, output()), vectorOf(engine, y)];
      for (const given of [undefined, vectorOf(engine, weights)]) {
        const [expected, dOutput] = [engine.vector(rows * outputs), engine.vector(rows * outputs)];
        const mean = loss.evaluate(z, targetsThere, expected, rows, outputs, given);
        const made = loss.evaluate(z, targetsThere, dOutput, rows, outputs, given, engine.kernels);
        holds(Math.abs(made - mean) < 1e-6 * Math.max(1, mean), engine.name);
        holds(distance(dOutput, expected) < 1e-6, engine.name);
      }
    }
    is(loss.evaluate(output(), y, new Float64Array(0), 0, outputs, undefined, openEngine('reference').kernels), 0);
  });

  if (alike) {
    law(`${name}: is the mean over the rows, weighted where they have weights`, () => {
      const z = output();
      const each = Array.from({ length: rows }, (_, row) => {
        const own = z.subarray(row * outputs, (row + 1) * outputs);
        return loss.evaluate(own, y.subarray(row * width, (row + 1) * width), new Float64Array(outputs), 1, outputs);
      });
      const scratch = new Float64Array(rows * outputs);
      const mean = each.reduce((sum, one) => sum + one, 0) / rows;
      holds(Math.abs(loss.evaluate(z, y, scratch, rows, outputs) - mean) < 1e-12);
      // The weights add up to 7.5.
      const weighted = each.reduce((sum, one, row) => sum + weights[row] * one, 0) / 7.5;
      holds(Math.abs(loss.evaluate(z, y, scratch, rows, outputs, weights) - weighted) < 1e-12);
    });
  }

  law(`${name}: the gradient is the derivative with weights of rows as well`, () => {
    const z = output();
    const dOutput = new Float64Array(rows * outputs);
    loss.evaluate(z, y, dOutput, rows, outputs, weights);
    const scratch = new Float64Array(rows * outputs);
    const expected = slopes(z, () => loss.evaluate(z, y, scratch, rows, outputs, weights));
    holds(distance(dOutput, expected) < 1e-9);
  });

  law(`${name}: a row of weight 2 counts as two, one of weight 0 as none`, () => {
    const z = output();
    const [weighted, repeated] = [new Float64Array(rows * outputs), new Float64Array(rows * outputs)];
    const value = loss.evaluate(z, y, weighted, rows, outputs, Float64Array.of(2, 0, 1, 1, 1, 1));
    const twice = <T extends Float64Array>(rowsOf: T, wide: number) => {
      const copy = rowsOf.slice();
      copy.copyWithin(wide, 0, wide);
      return copy;
    };
    const same = loss.evaluate(twice(z, outputs), twice(y, width), repeated, rows, outputs);
    holds(Math.abs(value - same) < 1e-12);
    for (let k = 0; k < outputs; k++) {
      holds(Math.abs(weighted[k] - 2 * repeated[k]) < 1e-12);
      is(weighted[outputs + k] + 0, 0);
    }
    holds(distance(weighted.subarray(2 * outputs), repeated.subarray(2 * outputs)) < 1e-12);
  });

  law(`${name}: without any weight there is no loss and no gradient`, () => {
    const dOutput = new Float64Array(rows * outputs).fill(7);
    is(loss.evaluate(output(), y, dOutput, rows, outputs, new Float64Array(rows)), 0);
    holds(dOutput.every((value) => value === 0));
  });

  law(`${name}: options are plain JSON`, () => {
    same(JSON.parse(JSON.stringify(loss.options)), loss.options);
  });

  law(`${name}: is 0 for no rows`, () => {
    const none = new Float64Array(0);
    is(loss.evaluate(none, none, none, 0, outputs), 0);
  });

  law(`${name}: leaves outputs and targets as they were, and predicts in place`, () => {
    const z = output();
    const before = { z: z.slice(), y: y.slice() };
    loss.evaluate(z, y, new Float64Array(rows * outputs), rows, outputs);
    const p = z.slice();
    loss.predict(p, z, rows, outputs);
    same({ z, y }, before);
    loss.predict(z, z, rows, outputs);
    same(z, p);
  });

  if (loss.task !== 'regression') {
    law(`${name}: predicts probabilities`, () => {
      const p = output();
      loss.predict(p, p, rows, outputs);
      holds(p.every((value) => value >= 0 && value <= 1));
      if (loss.task === 'binary') return;
      for (let row = 0; row < rows; row++) {
        const sum = p.subarray(row * outputs, (row + 1) * outputs).reduce((a, b) => a + b, 0);
        holds(Math.abs(sum - 1) < 1e-12);
      }
    });
  }
  return laws;
}
