import { createHash } from 'node:crypto';
import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { randomKey, randomSequence } from '../../src/engine/random.ts';

/** Written once by this test itself on x64 (AMD EPYC, Node 24): another machine or runtime has to give the same. */
const WRITTEN = 'e8fce674e922abd4669c3c395f437178d49369072e8a2d3b1a7688f2125b5a61';

test('wasm-strict gives the same bits on every machine', (t) => {
  const engine = openEngine('wasm-strict');
  const { kernels } = engine;
  const random = randomSequence(7, 'data');
  const [n, k, m] = [45, 300, 37];
  const [x, w, z, a, dw, dx, bias, first, second] = [n * k, k * m, n * m, n * m, k * m, n * k, m, k * m, k * m].map(
    (length) => engine.vector(length),
  );
  // Quotients of small integers: the same float32 numbers everywhere.
  for (let i = 0; i < x.length; i++) x[i] = ((random(i) % 2001) - 1000) / 1024;
  for (let i = 0; i < w.length; i++) w[i] = ((random(x.length + i) % 2001) - 1000) / 4096;

  const hash = createHash('sha256');
  for (let step = 1; step <= 5; step++) {
    kernels.matmul(z, x, w, n, k, m, bias);
    for (const f of [kernels.elementwise.tanh, kernels.elementwise.sigmoid, kernels.elementwise.exp]) {
      f.forward(a, z, n * m);
      f.gradient(z, z, z, a, n * m);
    }
    kernels.softmax(a, a, n, m);
    kernels.elementwise.log1p.forward(a, a, n * m);
    kernels.columnSums(bias, a, n, m);
    kernels.matmulTransposeA(dw, x, a, k, n, m);
    kernels.matmulTransposeB(dx, a, w, n, m, k);
    kernels.adam(w, dw, first, second, k * m, 0.01, 0.9, 0.999, 1e-8, 0.5);
    for (const array of [z, a, dw, dx, bias, w]) {
      // The hash takes no shared memory.
      const copy = Float32Array.from(array);
      t.true(copy.every(Number.isFinite));
      hash.update(new Uint8Array(copy.buffer));
    }
    hash.update(String(kernels.sumOfSquares(dw, dw.length)));
  }
  t.is(hash.digest('hex'), WRITTEN);
});

/** As above. */
const WRITTEN_LAYERS = '91a8724c4c9f0e11317123274c823f1bbc8abf157a194320ad2699556dba626c';

test('wasm-strict gives the same bits of activations, normalization and dropout on every machine', (t) => {
  const { kernels, vector } = openEngine('wasm-strict');
  const random = randomSequence(8, 'data');
  const [n, m] = [45, 37];
  const [z, a, da, dz, h, gamma, beta, mean, variance, inverse] = [...new Array(5).fill(n * m), m, m, m, m, n].map(
    (length) => vector(length),
  );
  for (let i = 0; i < n * m; i++) z[i] = ((random(i) % 2001) - 1000) / 256;
  for (let i = 0; i < n * m; i++) da[i] = ((random(n * m + i) % 2001) - 1000) / 1024;
  gamma.fill(0.75);

  const hash = createHash('sha256');
  const keep = (...arrays: (typeof z)[]) => {
    for (const array of arrays) {
      const copy = Float32Array.from(array);
      t.true(copy.every(Number.isFinite));
      hash.update(new Uint8Array(copy.buffer));
    }
  };
  for (const f of ['elu', 'selu', 'gelu', 'geluTanh', 'silu', 'softplus', 'softsign'] as const) {
    kernels.elementwise[f].forward(a, z, n * m, 0.7);
    kernels.elementwise[f].gradient(dz, da, z, a, n * m, 0.7);
    keep(a, dz);
  }
  kernels.columnMoments(mean, variance, z, n, m);
  kernels.normalizeColumns(a, h, z, mean, variance, gamma, beta, n, m);
  kernels.columnDots(beta, da, h, n, m);
  kernels.normalizeColumnsGradient(dz, da, h, variance, beta, beta, n, m);
  keep(mean, variance, a, h, beta, dz);
  kernels.normalizeRows(a, h, inverse, z, gamma, beta, 1e-5, n, m);
  kernels.normalizeRowsGradient(dz, da, h, inverse, gamma, n, m);
  keep(a, inverse, dz);
  kernels.prelu(a, z, gamma, n, m);
  kernels.preluGradient(dz, beta, da, z, gamma, n, m);
  keep(a, dz, beta);
  kernels.dropout(a, z, n * m, randomKey(7, 'dropout', 1), 2 ** 30, 4 / 3);
  keep(a);
  t.is(hash.digest('hex'), WRITTEN_LAYERS);
});
