import type { TestFn } from 'ava';
import { randomSequence } from '../../src/engine/random.ts';
import type { Initializer } from '../../src/network/layer.ts';

/** What an initializer promises for the given fans. */
export interface Promised {
  readonly mean: number;
  readonly deviation: number;
  /** No number is farther from zero. */
  readonly bound?: number;
}

/**
 * The laws of an initializer. `promised` is for 50 units before and 30 after.
 *
 * @example initializerLaws(test, 'he', () => he(), { mean: 0, deviation: Math.sqrt(2 / 50) })
 */
export function initializerLaws(test: TestFn, name: string, make: () => Initializer, promised: Promised): void {
  const fill = (seed: number, length = 20_000) => {
    const w = new Float64Array(length).fill(Number.NaN);
    make().fill(w, 50, 30, randomSequence(seed, 'initialization'));
    return w;
  };

  test(`${name}: has the mean and the deviation that it promises`, (t) => {
    const w = fill(7);
    const mean = w.reduce((sum, value) => sum + value, 0) / w.length;
    const deviation = Math.sqrt(w.reduce((sum, value) => sum + (value - mean) ** 2, 0) / w.length);
    const tolerance = promised.deviation / 30 + 1e-12;
    t.true(Math.abs(mean - promised.mean) < tolerance, `mean ${mean}`);
    t.true(Math.abs(deviation - promised.deviation) < tolerance, `deviation ${deviation}`);
    const { bound = Infinity } = promised;
    t.true(w.every((value) => Math.abs(value) <= bound));
  });

  test(`${name}: gives the same numbers for the same seed, and only then`, (t) => {
    t.deepEqual(fill(7), fill(7));
    if (promised.deviation > 0) t.notDeepEqual(fill(7), fill(8));
  });

  test(`${name}: fills nothing where there is nothing`, (t) => {
    t.notThrows(() => make().fill(new Float64Array(0), 0, 0, randomSequence(7, 'initialization')));
  });
}
