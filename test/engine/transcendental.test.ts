import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import type { ElementwiseName } from '../../src/types.ts';
import { ulps } from './ulp.ts';

const STEP = 10007;
const COUNT = Math.ceil(2 ** 32 / STEP);
const SPECIAL = [0, -0, 1, -1, 2 ** -149, -(2 ** -149), 2 ** -126, Infinity, -Infinity, NaN];

const functions: readonly [ElementwiseName, (z: number) => number][] = [
  ['exp', Math.exp],
  ['log1p', Math.log1p],
  ['tanh', Math.tanh],
  ['sigmoid', (z) => 1 / (1 + Math.exp(-z))],
];

for (const name of ['wasm', 'wasm-strict'] as const) {
  const engine = openEngine(name);
  const z = engine.vector(COUNT + SPECIAL.length) as Float32Array;
  const a = engine.vector(z.length);
  const patterns = new Uint32Array(z.buffer, z.byteOffset, z.length);
  for (let i = 0; i < COUNT; i++) patterns[i] = i * STEP;
  z.set(SPECIAL, COUNT);

  for (const [f, exact] of functions) {
    test(`${f} of ${name} is within 4 ulp at every ${STEP}th float32 number`, (t) => {
      engine.kernels.elementwise[f].forward(a, z, z.length);
      let worst = { ulps: 0, z: 0, got: 0, want: 0 };
      for (let i = 0; i < z.length; i++) {
        const distance = ulps(a[i], exact(z[i]));
        if (distance > worst.ulps) worst = { ulps: distance, z: z[i], got: a[i], want: exact(z[i]) };
      }
      t.log(worst);
      t.true(worst.ulps <= 4);
    });
  }
}
