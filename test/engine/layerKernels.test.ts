import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { engineNames } from '../../src/engine/openEngine.ts';
import { randomKey } from '../../src/engine/random.ts';
import type { ElementwiseName } from '../../src/engine/reference/referenceElementwise.ts';
import { openTwin, type Twin } from './twin.ts';

/** Sizes about the width of a vector, 4, and of the widest block, 16. */
const size = fc.integer({ min: 0, max: 20 });
const seed = fc.integer();
/** One rounding of float32, relative. */
const ROUNDING = 2 ** -24;

const activations: readonly (readonly [ElementwiseName, number?])[] = [
  ['elu', 1],
  ['elu', 0.3],
  ['selu'],
  ['gelu'],
  ['geluTanh'],
  ['silu'],
  ['softplus'],
  ['softsign'],
];

for (const name of engineNames.filter((other) => other !== 'reference')) {
  const holds = (title: string, check: (twin: Twin, t: ExecutionContext, n: number, m: number, at: number) => void) =>
    test(`${name} equals reference: ${title}`, (t) => {
      fc.assert(
        fc.property(seed, size, size, size, (s, n, m, at) => check(openTwin(name, s), t, n, m, at)),
        { seed: 7, numRuns: 200 },
      );
    });

  for (const [f, parameter] of activations) {
    const title = `${f}${parameter === undefined ? '' : ` of ${parameter}`} and its gradient`;
    holds(title, (twin, t, n, m) => {
      const length = n * m;
      const z = twin.numbers(length, -6, 6);
      const [a, da, dz] = [length, length, length].map((count) => twin.numbers(count));
      twin.run((kernels, x) => {
        kernels.elementwise[f].forward(a[x], z[x], length, parameter);
        kernels.elementwise[f].gradient(dz[x], da[x], z[x], a[x], length, parameter);
      });
      twin.equal(t, a, 16 * ROUNDING);
      twin.equal(t, dz, 64 * ROUNDING);
    });
    holds(`${title} in place`, (twin, t, n, m) => {
      const length = n * m;
      const z = twin.numbers(length, -6, 6);
      const [a, da] = [length, length].map((count) => twin.numbers(count));
      twin.run((kernels, x) => {
        kernels.elementwise[f].forward(a[x], z[x], length, parameter);
        kernels.elementwise[f].gradient(da[x], da[x], z[x], a[x], length, parameter);
        kernels.elementwise[f].forward(z[x], z[x], length, parameter);
      });
      twin.equal(t, da, 64 * ROUNDING);
      twin.equal(t, z, 16 * ROUNDING);
    });
  }

  holds('columnDots', (twin, t, n, m) => {
    const [out, a, b] = [m, n * m, n * m].map((length) => twin.numbers(length));
    twin.run((kernels, x) => kernels.columnDots(out[x], a[x], b[x], n, m));
    twin.equal(t, out, 8 * (n + 1) * ROUNDING);
  });

  holds('columnMoments, near and far from 0', (twin, t, n, m) => {
    const [mean, variance] = [m, m].map((length) => twin.numbers(length));
    for (const [from, to] of [
      [-2, 2],
      [1000, 1001],
    ]) {
      const x = twin.numbers(n * m, from, to);
      twin.run((kernels, side) => kernels.columnMoments(mean[side], variance[side], x[side], n, m));
      twin.equal(t, mean, 16 * ROUNDING);
      twin.equal(t, variance, 8 * (n + 4) * ROUNDING);
    }
  });

  holds('normalizeColumns and its gradient', (twin, t, n, m) => {
    const [a, h, x, da, dx] = [n, n, n, n, n].map((rows) => twin.numbers(rows * m));
    const [mean, inverse, gamma, beta, sums, dots] = new Array(6).fill(m).map((length) => twin.numbers(length));
    twin.run((kernels, side) => {
      const [center, spread, g, b] = [mean[side], inverse[side], gamma[side], beta[side]];
      kernels.normalizeColumns(a[side], h[side], x[side], center, spread, g, b, n, m);
      kernels.normalizeColumnsGradient(dx[side], da[side], h[side], spread, sums[side], dots[side], n, m);
    });
    twin.equal(t, h, 16 * ROUNDING);
    twin.equal(t, a, 64 * ROUNDING);
    twin.equal(t, dx, 128 * ROUNDING);
  });

  holds('normalizeRows and its gradient', (twin, t, n, m) => {
    const [a, h, x, da, dx] = [n, n, n, n, n].map((rows) => twin.numbers(rows * m));
    const [gamma, beta] = [m, m].map((length) => twin.numbers(length));
    const inverse = twin.numbers(n);
    twin.run((kernels, side) => {
      kernels.normalizeRows(a[side], h[side], inverse[side], x[side], gamma[side], beta[side], 0.1, n, m);
      kernels.normalizeRowsGradient(dx[side], da[side], h[side], inverse[side], gamma[side], n, m);
    });
    twin.equal(t, inverse, 128 * ROUNDING);
    twin.equal(t, a, 256 * ROUNDING);
    twin.equal(t, dx, 1024 * ROUNDING);
  });

  holds('prelu and its gradient', (twin, t, n, m) => {
    const [a, z, da, dz] = [n, n, n, n].map((rows) => twin.numbers(rows * m));
    const [slope, dSlope] = [m, m].map((length) => twin.numbers(length));
    twin.run((kernels, x) => {
      kernels.prelu(a[x], z[x], slope[x], n, m);
      kernels.preluGradient(dz[x], dSlope[x], da[x], z[x], slope[x], n, m);
    });
    twin.equal(t, a, 4 * ROUNDING);
    twin.equal(t, dz, 4 * ROUNDING);
    twin.equal(t, dSlope, 8 * (n + 1) * ROUNDING);
  });

  holds('dropout, number by number', (twin, t, n, m, step) => {
    const length = n * m;
    const [out, x] = [length, length].map((count) => twin.numbers(count));
    const key = randomKey(7, 'dropout', step);
    twin.run((kernels, side) => kernels.dropout(out[side], x[side], length, key, 2 ** 31 + 12345, 1.75));
    twin.equal(t, out, 2 * ROUNDING);
    t.true(out.tested.every((value, i) => (value === 0) === (out.exact[i] === 0)));
    twin.run((kernels, side) => kernels.dropout(x[side], x[side], length, key, 0, 1));
    t.true(x.tested.every((value, i) => value === x.exact[i]));
  });

  holds('add, also in place', (twin, t, n, m) => {
    const length = n * m;
    const [out, a, b] = [length, length, length].map((count) => twin.numbers(count));
    twin.run((kernels, x) => {
      kernels.add(out[x], a[x], b[x], length);
      kernels.add(b[x], a[x], b[x], length);
    });
    twin.equal(t, out, 2 * ROUNDING);
    twin.equal(t, b, 2 * ROUNDING);
  });

  holds('copyColumns', (twin, t, n, width, at) => {
    const [to, from] = [at, at % 3];
    const [outStride, xStride] = [to + width + 2, from + width];
    const [out, x] = [outStride, xStride].map((stride) => twin.numbers(n * stride));
    twin.run((kernels, side) => kernels.copyColumns(out[side], outStride, to, x[side], xStride, from, n, width));
    twin.equal(t, out, 0);
  });

  test(`activations of ${name} and their gradients are finite at 1e30, and keep NaN`, (t) => {
    const { engine } = openTwin(name, 7);
    const [z, a, da] = [engine.vector(3), engine.vector(3), engine.vector(3)];
    for (const [f, parameter] of activations) {
      z.set([1e30, -1e30, NaN]);
      da.fill(1);
      engine.kernels.elementwise[f].forward(a, z, 3, parameter);
      engine.kernels.elementwise[f].gradient(da, da, z, a, 3, parameter);
      t.deepEqual([...a, ...da].map(Number.isFinite), [true, true, false, true, true, false], f);
    }
  });
}
