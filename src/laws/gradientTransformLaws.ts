import { ok as holds, strictEqual as is, deepStrictEqual as same, throws } from 'node:assert/strict';
import { openEngine } from '../engine/openEngine.ts';
import type { GradientTransform } from '../optimizer/gradient/gradientTransform.ts';
import { type Law, statedLaws } from './law.ts';
import { distance, float32Engines, numbers, vectorOf } from './numbers.ts';

/** Two parameters, of 4 and 3 numbers. */
export const places = [
  { name: '1.dense.w', shape: [2, 2], offset: 0, length: 4 },
  { name: '1.dense.b', shape: [3], offset: 4, length: 3 },
];

/**
 * The laws of a clipping transform.
 *
 * @example gradientTransformLaws(clipByValue)
 */
export function gradientTransformLaws(make: (limit: number) => GradientTransform): Law[] {
  const { laws, law } = statedLaws();
  const { name } = make(1);
  const { kernels } = openEngine('reference');
  const gradient = () => Float64Array.from(numbers(3, 7));

  law(`${name}: leaves a small gradient as it is, bit for bit`, () => {
    const g = gradient();
    make(100).apply(g, { kernels, places });
    same(g, gradient());
  });

  law(`${name}: keeps signs and makes nothing larger`, () => {
    const g = gradient();
    make(0.1).apply(g, { kernels, places });
    for (const [i, before] of gradient().entries()) {
      is(Math.sign(g[i]), Math.sign(before));
      holds(Math.abs(g[i]) <= Math.abs(before));
    }
  });

  law(`${name}: changes nothing the second time`, () => {
    const once = gradient();
    make(0.1).apply(once, { kernels, places });
    const twice = once.slice();
    make(0.1).apply(twice, { kernels, places });
    holds(distance(twice, once) < 1e-15);
  });

  law(`${name}: the float32 engines agree with the reference`, () => {
    const expected = gradient();
    make(0.5).apply(expected, { kernels, places });
    for (const engine of float32Engines()) {
      const g = vectorOf(engine, gradient());
      make(0.5).apply(g, { kernels: engine.kernels, places });
      holds(distance(g, expected) < 1e-6);
    }
  });

  law(`${name}: takes a gradient of nothing`, () => {
    make(1).apply(new Float64Array(0), { kernels, places: [] });
  });

  law(`${name}: refuses a limit of 0`, () => {
    throws(() => make(0), { name: 'OptionError', message: new RegExp(`^${name}: limit: expected a finite number`) });
  });
  return laws;
}
