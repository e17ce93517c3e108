import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import type { ElementwiseName } from '../../src/engine/reference/referenceElementwise.ts';
import { normalBelow } from '../../src/engine/standardNormal.ts';
import { ulps } from './ulp.ts';

const STEP = 10007;
const COUNT = Math.ceil(2 ** 32 / STEP);
const SPECIAL = [0, -0, 1, -1, 2 ** -149, -(2 ** -149), 2 ** -126, Infinity, -Infinity, NaN];

interface Case {
  readonly f: ElementwiseName;
  readonly exact: (z: number) => number;
  readonly parameter?: number;
  /** Units in the last place, 4 by default. */
  readonly most?: number;
}

const functions: readonly Case[] = [
  { f: 'exp', exact: Math.exp },
  { f: 'log1p', exact: Math.log1p },
  { f: 'tanh', exact: Math.tanh },
  { f: 'sigmoid', exact: (z) => 1 / (1 + Math.exp(-z)) },
  { f: 'elu', exact: (z) => (z > 0 ? z : Math.expm1(z)), parameter: 1 },
  { f: 'selu', exact: (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)) },
  { f: 'gelu', exact: (z) => z * normalBelow(z), most: 8 },
  // Below the normal range the sigmoid has few digits, and z = -104 times the unit of its last one is 52 of them to either side.
  { f: 'silu', exact: (z) => z / (1 + Math.exp(-z)), most: 52 },
  { f: 'softplus', exact: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) },
  { f: 'softsign', exact: (z) => z / (1 + Math.abs(z)) },
];

for (const name of ['wasm', 'wasm-strict'] as const) {
  const engine = openEngine(name);
  const z = engine.vector(COUNT + SPECIAL.length) as Float32Array;
  const a = engine.vector(z.length);
  const patterns = new Uint32Array(z.buffer, z.byteOffset, z.length);
  for (let i = 0; i < COUNT; i++) patterns[i] = i * STEP;
  z.set(SPECIAL, COUNT);

  for (const { f, exact, parameter, most = 4 } of functions) {
    test(`${f} of ${name} is within ${most} ulp at every ${STEP}th float32 number`, (t) => {
      engine.kernels.elementwise[f].forward(a, z, z.length, parameter);
      let worst = { ulps: 0, z: 0, got: 0, want: 0 };
      for (let i = 0; i < z.length; i++) {
        const distance = ulps(a[i], exact(z[i]));
        if (distance > worst.ulps) worst = { ulps: distance, z: z[i], got: a[i], want: exact(z[i]) };
      }
      t.log(worst);
      t.true(worst.ulps <= most);
    });
  }
}
