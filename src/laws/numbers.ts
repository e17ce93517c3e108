import { openEngine } from '../engine/openEngine.ts';
import { normal, randomSequence } from '../engine/random.ts';
import type { Engine, EngineName, Vector } from '../engine/types.ts';

/** Normally distributed numbers that keep away from zero, where a rectifier has no derivative. */
export function numbers(seed: number, length: number): number[] {
  const random = randomSequence(seed, 'data');
  return Array.from({ length }, (_, i) => {
    const z = normal(random, i);
    return z + 0.05 * (z < 0 ? -1 : 1);
  });
}

/** The same numbers in an engine's memory. */
export function vectorOf(engine: Engine, values: ArrayLike<number>): Vector {
  const vector = engine.vector(values.length);
  vector.set(values);
  return vector;
}

/** The float32 engines that work here; without a BLAS, the wasm engine stands in for it, and is not one of its own. */
export function float32Engines(): Engine[] {
  const names: EngineName[] = ['blas', 'wasm', 'wasm-strict'];
  return names.flatMap((name) => {
    try {
      const engine = openEngine(name);
      return engine.name === name ? [engine] : [];
    } catch {
      return [];
    }
  });
}

/** The largest difference, relative to the larger of 1 and the expected number. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    if (!(difference <= most)) most = difference;
  }
  return most;
}

/** `df/dvalues[i]` for each i, by central differences; `values` are as before afterwards. */
export function slopes(values: Vector, f: () => number, h = 1e-5): Float64Array {
  return Float64Array.from(values, (value, i) => {
    values[i] = value + h;
    const above = f();
    values[i] = value - h;
    const below = f();
    values[i] = value;
    return (above - below) / (2 * h);
  });
}

/** The sum of `a[i] b[i]`. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
