import test from 'ava';
import fc from 'fast-check';
import { engineNames, openEngine } from '../../src/engine/openEngine.ts';
import { openTwin } from './twin.ts';

/** One rounding of float32, relative. */
const ROUNDING = 2 ** -24;
const size = fc.integer({ min: 1, max: 20 });

for (const name of engineNames.filter((other) => other !== 'reference')) {
  for (const width of [2, 200]) {
    test(`${name} equals reference: losses of logits up to ${width} and their gradients`, (t) => {
      fc.assert(
        fc.property(fc.integer(), size, size, (seed, n, m) => {
          const twin = openTwin(name, seed);
          const [z, dz] = [-width, 0].map((from) => twin.numbers(n * m, from, width));
          const labels = twin.numbers(n, 0, m);
          for (const y of [labels.tested, labels.exact]) for (let i = 0; i < n; i++) y[i] = Math.floor(y[i]);
          const sums = { tested: 0, exact: 0 };
          const near = () => {
            const bound = 8 * ROUNDING * Math.max(1, sums.exact);
            t.true(Math.abs(sums.tested - sums.exact) <= bound, `${sums.tested}, not ${sums.exact}`);
          };
          twin.run((kernels, x) => {
            sums[x] = kernels.crossEntropy(dz[x], z[x], labels[x], n, m);
          });
          twin.equal(t, dz, 8 * ROUNDING);
          near();
          const targets = twin.numbers(n * m, 0, 1);
          twin.run((kernels, x) => {
            sums[x] = kernels.binaryCrossEntropy(dz[x], z[x], targets[x], n * m);
          });
          twin.equal(t, dz, 8 * ROUNDING);
          near();
        }),
        { seed: 7, numRuns: 100 },
      );
    });
  }

  test(`losses of ${name} keep what a certain answer leaves to be learned`, (t) => {
    const { kernels, vector } = openEngine(name);
    const [z, dz, y] = [2, 2, 1].map(vector);
    // 1 - p is e^-30 / (1 + e^-30), about 1e-13: 1 - p in float32 would be 0.
    const expected = Math.exp(-30);
    z.set([30, 0]);
    t.true(Math.abs(kernels.crossEntropy(dz, z, y, 1, 2) / expected - 1) < 1e-6);
    for (const value of [-dz[0], dz[1]]) t.true(Math.abs(value / expected - 1) < 1e-6);
    y[0] = 1;
    t.true(Math.abs(kernels.binaryCrossEntropy(dz, z, y, 1) / expected - 1) < 1e-6);
    t.true(Math.abs(-dz[0] / expected - 1) < 1e-6);
  });

  test(`losses of ${name} are finite at 1e30, and NaN where a logit is`, (t) => {
    const { kernels, vector } = openEngine(name);
    const [z, dz, y] = [7, 7, 7].map(vector);
    for (const [value, at] of [
      [1e30, 0],
      [-1e30, 0],
      [1e30, 5],
    ]) {
      z.fill(0)[at] = value;
      t.true(Number.isFinite(kernels.crossEntropy(dz, z, y, 1, 7)));
      t.true(Number.isFinite(kernels.binaryCrossEntropy(dz, z, y, 7)));
      t.true(dz.every(Number.isFinite));
    }
    for (const at of [0, 6]) {
      z.fill(0)[at] = Number.NaN;
      t.is(kernels.crossEntropy(dz, z, y, 1, 7), Number.NaN);
      t.is(kernels.binaryCrossEntropy(dz, z, y, 7), Number.NaN);
    }
  });
}
