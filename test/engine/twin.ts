import type { ExecutionContext } from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { randomSequence, uniform } from '../../src/engine/random.ts';
import type { Engine, EngineName, Kernels, Vector } from '../../src/engine/types.ts';

const GUARD = 12345.5;
const MARGIN = 16;

/** The same numbers in two engines, in the middle of guards that no kernel may touch. */
export interface Pair {
  readonly tested: Vector;
  readonly exact: Vector;
}

/** Runs a kernel in an engine and in the reference, side by side. */
export interface Twin {
  readonly engine: Engine;
  /** `length` numbers in `[from, to)`, beginning at an odd offset. */
  numbers(length: number, from?: number, to?: number): Pair;
  /** `length` integers below `size`. */
  indices(length: number, size: number): { readonly tested: Int32Array; readonly exact: Int32Array };
  run(use: (kernels: Kernels, side: keyof Pair) => void): void;
  /** Holds each number to within `tolerance`, relative to the greater of 1 and its size, and all guards to be whole. */
  equal(t: ExecutionContext, pair: Pair, tolerance: number): void;
}

const reference = openEngine('reference');
const engines = new Map<EngineName, Engine>();

export function openTwin(name: EngineName, seed: number): Twin {
  const engine = engines.get(name) ?? openEngine(name);
  engines.set(name, engine);
  const random = randomSequence(seed, 'data');
  const guarded: { readonly whole: Vector; readonly begin: number; readonly end: number }[] = [];
  let drawn = 0;

  return {
    engine,
    numbers(length, from = -2, to = 2) {
      const begin = 1 + (random(drawn++) % (MARGIN - 1));
      const [tested, exact] = [engine, reference].map((side) => {
        const whole = side.vector(length + 2 * MARGIN).fill(GUARD);
        guarded.push({ whole, begin, end: begin + length });
        return whole.subarray(begin, begin + length);
      });
      for (let i = 0; i < length; i++) {
        tested[i] = from + (to - from) * uniform(random(drawn++));
        exact[i] = tested[i];
      }
      return { tested, exact };
    },
    indices(length, size) {
      const [tested, exact] = [engine, reference].map((side) => side.indices(length + 1).subarray(1));
      for (let i = 0; i < length; i++) tested[i] = exact[i] = random(drawn++) % size;
      return { tested, exact };
    },
    run(use) {
      use(engine.kernels, 'tested');
      use(reference.kernels, 'exact');
    },
    equal(t, { tested, exact }, tolerance) {
      for (let i = 0; i < exact.length; i++) {
        const bound = tolerance * Math.max(1, Math.abs(exact[i]));
        if (!(Math.abs(tested[i] - exact[i]) <= bound)) t.fail(`[${i}] is ${tested[i]}, not ${exact[i]}`);
      }
      for (const { whole, begin, end } of guarded) {
        for (const outside of [whole.subarray(0, begin), whole.subarray(end)]) {
          if (outside.some((value) => value !== GUARD)) t.fail('a number outside the array was changed');
        }
      }
      t.pass();
    },
  };
}
