import { createHash } from 'node:crypto';
import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { randomSequence } from '../../src/engine/random.ts';

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
