import type { TestFn } from 'ava';
import { openEngine } from '../../../src/engine/openEngine.ts';
import type { GradientTransform } from '../../../src/optimizer/gradient/gradientTransform.ts';
import { distance, float32Engines, numbers, vectorOf } from '../../network/numbers.ts';

/** Two parameters, of 4 and 3 numbers. */
export const places = [
  { name: '1.dense.w', shape: [2, 2], offset: 0, length: 4 },
  { name: '1.dense.b', shape: [3], offset: 4, length: 3 },
];

/**
 * The laws of a clipping transform.
 *
 * @example gradientTransformLaws(test, clipByValue)
 */
export function gradientTransformLaws(test: TestFn, make: (limit: number) => GradientTransform): void {
  const { name } = make(1);
  const { kernels } = openEngine('reference');
  const gradient = () => Float64Array.from(numbers(3, 7));

  test(`${name}: leaves a small gradient as it is, bit for bit`, (t) => {
    const g = gradient();
    make(100).apply(g, { kernels, places });
    t.deepEqual(g, gradient());
  });

  test(`${name}: keeps signs and makes nothing larger`, (t) => {
    const g = gradient();
    make(0.1).apply(g, { kernels, places });
    for (const [i, before] of gradient().entries()) {
      t.is(Math.sign(g[i]), Math.sign(before));
      t.true(Math.abs(g[i]) <= Math.abs(before));
    }
  });

  test(`${name}: changes nothing the second time`, (t) => {
    const once = gradient();
    make(0.1).apply(once, { kernels, places });
    const twice = once.slice();
    make(0.1).apply(twice, { kernels, places });
    t.true(distance(twice, once) < 1e-15);
  });

  test(`${name}: the float32 engines agree with the reference`, (t) => {
    const expected = gradient();
    make(0.5).apply(expected, { kernels, places });
    for (const engine of float32Engines()) {
      const g = vectorOf(engine, gradient());
      make(0.5).apply(g, { kernels: engine.kernels, places });
      t.true(distance(g, expected) < 1e-6);
    }
  });

  test(`${name}: takes a gradient of nothing`, (t) => {
    t.notThrows(() => make(1).apply(new Float64Array(0), { kernels, places: [] }));
  });

  test(`${name}: refuses a limit of 0`, (t) => {
    t.throws(() => make(0), { name: 'OptionError', message: new RegExp(`^${name}: limit: expected a finite number`) });
  });
}
