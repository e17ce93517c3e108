import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { engineNames } from '../../src/engine/openEngine.ts';
import type { ElementwiseName } from '../../src/engine/reference/referenceElementwise.ts';
import { openTwin, type Twin } from './twin.ts';
import { updatesOf } from './updatesOf.ts';

/** Sizes about the width of a vector (4), of the register tile (5, 6 and 8), and of two tiles. */
const size = fc.integer({ min: 0, max: 20 });
const seed = fc.integer();
/** One rounding of float32, relative. */
const ROUNDING = 2 ** -24;

for (const name of engineNames.filter((other) => other !== 'reference')) {
  const holds = (
    title: string,
    check: (twin: Twin, t: ExecutionContext, n: number, k: number, m: number) => void,
    numRuns = 200,
  ) =>
    test(`${name} equals reference: ${title}`, (t) => {
      fc.assert(
        fc.property(seed, size, size, size, (s, n, k, m) => check(openTwin(name, s), t, n, k, m)),
        { seed: 7, numRuns },
      );
    });

  const matmul = (twin: Twin, t: ExecutionContext, n: number, k: number, m: number) => {
    for (const withBias of [true, false]) {
      const [out, a, b, bias] = [n * m, n * k, k * m, m].map((length) => twin.numbers(length));
      twin.run((kernels, x) => kernels.matmul(out[x], a[x], b[x], n, k, m, withBias ? bias[x] : undefined));
      twin.equal(t, out, 4 * (k + 2) * ROUNDING);
    }
  };
  const transposeB = (twin: Twin, t: ExecutionContext, n: number, k: number, m: number) => {
    const [out, a, b] = [n * m, n * k, m * k].map((length) => twin.numbers(length));
    twin.run((kernels, x) => kernels.matmulTransposeB(out[x], a[x], b[x], n, k, m));
    twin.equal(t, out, 4 * (k + 2) * ROUNDING);
  };
  const transposeA = (twin: Twin, t: ExecutionContext, n: number, k: number, m: number) => {
    const [out, a, b] = [n * m, k * n, k * m].map((length) => twin.numbers(length));
    twin.run((kernels, x) => kernels.matmulTransposeA(out[x], a[x], b[x], n, k, m));
    twin.equal(t, out, 4 * (k + 2) * ROUNDING);
  };
  holds('product, with and without a bias', matmul);
  holds('product with b transposed', transposeB);
  holds('product with a transposed', transposeA);

  for (const [n, k, m] of [
    [1, 300, 129],
    [17, 513, 600],
    [97, 258, 70],
    [131, 140, 1],
    [1, 1, 1000],
    [101, 1, 513],
  ]) {
    test(`${name} equals reference: products of ${n} x ${k} by ${k} x ${m}`, (t) => {
      for (const form of [matmul, transposeB, transposeA]) form(openTwin(name, 7), t, n, k, m);
    });
  }

  // A library cuts a product by its size, and so its sums.
  if (name !== 'blas') {
    test(`a row of a product in ${name} has the same bits whatever stands beside it`, (t) => {
      const { engine } = openTwin(name, 7);
      const [n, k, m] = [37, 300, 43];
      const [a, b, out, one] = [n * k, k * m, n * m, m].map((length) => engine.vector(length));
      for (let i = 0; i < a.length; i++) a[i] = Math.fround((i * 7919) % 101) / 7;
      for (let i = 0; i < b.length; i++) b[i] = Math.fround((i * 104729) % 97) / 9;
      engine.kernels.matmul(out, a, b, n, k, m);
      for (let i = 0; i < n; i++) {
        engine.kernels.matmul(one, a.subarray(i * k, (i + 1) * k), b, 1, k, m);
        t.deepEqual(one, out.subarray(i * m, (i + 1) * m));
      }
    });
  }

  holds('columnSums', (twin, t, n, _k, m) => {
    const [out, a] = [m, n * m].map((length) => twin.numbers(length));
    twin.run((kernels, x) => kernels.columnSums(out[x], a[x], n, m));
    twin.equal(t, out, 4 * (n + 1) * ROUNDING);
  });

  for (const f of ['sigmoid', 'tanh', 'relu', 'leakyRelu', 'exp', 'log1p'] satisfies ElementwiseName[]) {
    for (const parameter of f === 'leakyRelu' ? [0.1, -2] : [undefined]) {
      const from = f === 'log1p' ? -0.9 : -6;
      holds(`${f} and its gradient${parameter ? `, slope ${parameter}` : ''}`, (twin, t, n, k) => {
        const length = n * k;
        const z = twin.numbers(length, from, 6);
        const [a, da, dz] = [length, length, length].map((count) => twin.numbers(count));
        twin.run((kernels, x) => {
          kernels.elementwise[f].forward(a[x], z[x], length, parameter);
          kernels.elementwise[f].gradient(dz[x], da[x], z[x], a[x], length, parameter);
        });
        twin.equal(t, a, 8 * ROUNDING);
        twin.equal(t, dz, 64 * ROUNDING);
      });
      holds(`${f} and its gradient in place${parameter ? `, slope ${parameter}` : ''}`, (twin, t, n, k) => {
        const length = n * k;
        const z = twin.numbers(length, from, 6);
        const [a, da] = [length, length].map((count) => twin.numbers(count));
        twin.run((kernels, x) => {
          kernels.elementwise[f].forward(a[x], z[x], length, parameter);
          kernels.elementwise[f].gradient(da[x], da[x], z[x], a[x], length, parameter);
          kernels.elementwise[f].forward(z[x], z[x], length, parameter);
        });
        twin.equal(t, da, 64 * ROUNDING);
        twin.equal(t, z, 8 * ROUNDING);
      });
    }
  }

  holds('softmax, also of large numbers', (twin, t, n, _k, m) => {
    const z = twin.numbers(n * m, -200, 200);
    const out = twin.numbers(n * m);
    twin.run((kernels, x) => kernels.softmax(out[x], z[x], n, m));
    twin.equal(t, out, 16 * ROUNDING);
    twin.run((kernels, x) => kernels.softmax(z[x], z[x], n, m));
    twin.equal(t, z, 16 * ROUNDING);
  });

  holds('gatherRows and scatterAddRows', (twin, t, n, rows, width) => {
    const at = rows % 5;
    const stride = at + width + 3;
    const indices = twin.indices(n, rows + 1);
    const [table, out] = [(rows + 1) * width, n * stride].map((length) => twin.numbers(length));
    twin.run((kernels, x) => kernels.gatherRows(out[x], stride, at, table[x], indices[x], n, width));
    twin.equal(t, out, 0);
    const added = twin.numbers(n * stride);
    twin.run((kernels, x) => kernels.scatterAddRows(table[x], added[x], stride, at, indices[x], n, width));
    twin.equal(t, table, 4 * (n + 1) * ROUNDING);
  });

  holds('sumOfSquares, scale, clip and fill', (twin, t, n, k) => {
    const length = n * k;
    const [a, w] = [length, length].map((count) => twin.numbers(count));
    const sums = { tested: 0, exact: 0 };
    twin.run((kernels, x) => {
      sums[x] = kernels.sumOfSquares(a[x], length);
      kernels.scale(a[x], length, 0.3);
      kernels.clip(w[x], length, 0.7);
    });
    // Of the same float32 numbers, both in float64.
    t.true(Math.abs(sums.tested - sums.exact) <= 1e-12 * (1 + sums.exact));
    twin.equal(t, a, 4 * ROUNDING);
    twin.equal(t, w, 4 * ROUNDING);
    twin.run((kernels, x) => kernels.fill(a[x], length, 0.5));
    twin.equal(t, a, 0);
  });

  for (const [which, { title, moments }] of updatesOf(openTwin(name, 7).engine.kernels).entries()) {
    holds(`three updates by ${title}`, (twin, t, n, k) => {
      const length = n * k;
      const [w, g] = [length, length].map((count) => twin.numbers(count));
      const kept = new Array(moments).fill(length).map((count) => twin.numbers(count, 0, 0));
      twin.run((kernels, x) => {
        const { run } = updatesOf(kernels)[which];
        for (let step = 1; step <= 3; step++) {
          run(
            w[x],
            g[x],
            kept.map((moment) => moment[x]),
          );
        }
      });
      for (const moment of kept) twin.equal(t, moment, 256 * ROUNDING);
      twin.equal(t, w, 1e-4);
    });

    test(`${title} of ${name} leaves no moment below the normal range`, (t) => {
      const { engine } = openTwin(name, 7);
      const [w, g, ...kept] = new Array(2 + moments).fill(6).map((length) => engine.vector(length));
      for (const moment of kept) moment.fill(1e-37);
      for (let step = 0; step < 1500; step++) {
        // Or the penalties would make moments anew.
        w.fill(0);
        updatesOf(engine.kernels)[which].run(w, g, kept);
        const tiny = kept.some((moment) => moment.some((value) => value !== 0 && Math.abs(value) < 1.17549435e-38));
        if (tiny) return t.fail(`step ${step}`);
      }
      return t.pass();
    });
  }

  test(`clip of ${name} cuts infinities, and keeps NaN`, (t) => {
    const { engine } = openTwin(name, 7);
    const a = engine.vector(5);
    a.set([-Infinity, NaN, Infinity, -0.25, 0.75]);
    engine.kernels.clip(a, 5, 0.5);
    t.deepEqual([...a], [-0.5, NaN, 0.5, -0.25, 0.5]);
  });

  test(`softmax of ${name} over a row of negative infinities but one is that one`, (t) => {
    const { engine } = openTwin(name, 7);
    const z = engine.vector(5).fill(-Infinity);
    z[3] = -1e30;
    engine.kernels.softmax(z, z, 1, 5);
    t.deepEqual([...z], [0, 0, 0, 1, 0]);
  });

  test(`relu of ${name} keeps NaN and turns negative infinity into 0`, (t) => {
    const { engine } = openTwin(name, 7);
    const z = engine.vector(3);
    z.set([NaN, -Infinity, Infinity]);
    engine.kernels.elementwise.relu.forward(z, z, 3);
    t.deepEqual([...z], [NaN, 0, Infinity]);
  });
}
