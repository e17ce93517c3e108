import { notDeepStrictEqual as differ, ok as holds, deepStrictEqual as same } from 'node:assert/strict';
import { randomSequence } from '../engine/random.ts';
import type { Initializer } from '../network/layer.ts';
import { type Law, statedLaws } from './law.ts';

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
 * @example initializerLaws('he', () => he(), { mean: 0, deviation: Math.sqrt(2 / 50) })
 */
export function initializerLaws(name: string, make: () => Initializer, promised: Promised): Law[] {
  const { laws, law } = statedLaws();
  const fill = (seed: number, length = 20_000) => {
    const w = new Float64Array(length).fill(Number.NaN);
    make().fill(w, 50, 30, randomSequence(seed, 'initialization'));
    return w;
  };

  law(`${name}: has the mean and the deviation that it promises`, () => {
    const w = fill(7);
    const mean = w.reduce((sum, value) => sum + value, 0) / w.length;
    const deviation = Math.sqrt(w.reduce((sum, value) => sum + (value - mean) ** 2, 0) / w.length);
    const tolerance = promised.deviation / 30 + 1e-12;
    holds(Math.abs(mean - promised.mean) < tolerance, `mean ${mean}`);
    holds(Math.abs(deviation - promised.deviation) < tolerance, `deviation ${deviation}`);
    const { bound = Infinity } = promised;
    holds(w.every((value) => Math.abs(value) <= bound));
  });

  law(`${name}: gives the same numbers for the same seed, and only then`, () => {
    same(fill(7), fill(7));
    if (promised.deviation > 0) differ(fill(7), fill(8));
  });

  law(`${name}: fills nothing where there is nothing`, () => {
    make().fill(new Float64Array(0), 0, 0, randomSequence(7, 'initialization'));
  });
  return laws;
}
