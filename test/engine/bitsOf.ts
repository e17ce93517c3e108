import { createHash } from 'node:crypto';
import { randomKey, randomSequence } from '../../src/engine/random.ts';
import type { Engine, Vector } from '../../src/engine/types.ts';
import { updatesOf } from './updatesOf.ts';

/** The hash takes no shared memory. What is not finite would hide differences. */
function bytesOf(array: Vector): Uint8Array {
  const copy = Float32Array.from(array);
  if (!copy.every(Number.isFinite)) throw new Error('numbers that are not finite');
  return new Uint8Array(copy.buffer);
}

/** A hash of what an engine makes of five steps of products, functions and updates. */
export function bitsOfStep(engine: Engine): string {
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
    kernels.update.adam({ w, g: dw, m: first, v: second }, k * m, {
      rate: 0.01,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      rootCorrection2: 0.5,
      keep: 1,
      l2: 0,
      l1: 0,
    });
    for (const array of [z, a, dw, dx, bias, w]) hash.update(bytesOf(array));
    hash.update(String(kernels.sumOfSquares(dw, dw.length)));
  }
  return hash.digest('hex');
}

/** A hash of what an engine makes of activations, normalization and dropout. */
export function bitsOfLayers({ kernels, vector }: Engine): string {
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
    for (const array of arrays) hash.update(bytesOf(array));
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
  return hash.digest('hex');
}

/** A hash of what an engine makes of losses of logits and their gradients. */
export function bitsOfLosses({ kernels, vector }: Engine): string {
  const random = randomSequence(11, 'data');
  const [n, m] = [45, 37];
  const [z, dz, y] = [n * m, n * m, n * m].map((length) => vector(length));
  for (let i = 0; i < n * m; i++) z[i] = ((random(i) % 2001) - 1000) / 64;
  for (let i = 0; i < n; i++) y[i] = random(n * m + i) % m;
  const hash = createHash('sha256');
  hash.update(String(kernels.crossEntropy(dz, z, y, n, m)));
  hash.update(bytesOf(dz));
  for (let i = 0; i < n * m; i++) y[i] = random(2 * n * m + i) % 2;
  hash.update(String(kernels.binaryCrossEntropy(dz, z, y, n * m)));
  hash.update(bytesOf(dz));
  return hash.digest('hex');
}

/** A hash of products of many sizes, about those of tiles, panels and blocks, and of what a function and its gradient make of them. */
export function bitsOfProducts({ kernels, vector }: Engine): string {
  const random = randomSequence(9, 'data');
  const most = 300 * 600;
  const [out, a, b, bias, after, sums] = [most, most, most, 600, most, 600].map((length) => vector(length));
  for (const array of [a, b, bias]) for (let i = 0; i < array.length; i++) array[i] = random(i) / 2 ** 31 - 1;
  const hash = createHash('sha256');
  for (let round = 0; round < 300; round++) {
    const [n, k, m] = [0, 1, 2].map((i) => 1 + (random(most + 3 * round + i) % (round % 10 === i ? 600 : 60)));
    const [f, parameter] = ([['relu'], ['leakyRelu', 0.3], ['gelu'], ['tanh']] as const)[round % 4];
    kernels.matmul(out, a, b, n, k, m, round % 2 === 0 ? bias : undefined, { f, parameter, out: after });
    hash.update(bytesOf(out.subarray(0, n * m)));
    hash.update(bytesOf(after.subarray(0, n * m)));
    kernels.elementwise[f].gradientAndSums(after, sums, a, out, after, n, m, parameter);
    hash.update(bytesOf(after.subarray(0, n * m)));
    hash.update(bytesOf(sums.subarray(0, m)));
    kernels.matmulTransposeB(out, a, b, n, k, m);
    hash.update(bytesOf(out.subarray(0, n * m)));
    kernels.matmulTransposeA(out, a, b, n, k, m);
    hash.update(bytesOf(out.subarray(0, n * m)));
  }
  return hash.digest('hex');
}

/** A hash of what an engine makes of three updates of each kind, with all that they can keep. */
export function bitsOfUpdates({ kernels, vector }: Engine): string {
  const random = randomSequence(10, 'data');
  const length = 137;
  const hash = createHash('sha256');
  for (const { run } of updatesOf(kernels)) {
    const [w, g, ...moments] = new Array(5).fill(length).map((count) => vector(count));
    for (let i = 0; i < length; i++) w[i] = ((random(i) % 2001) - 1000) / 1024;
    for (let step = 1; step <= 3; step++) {
      for (let i = 0; i < length; i++) g[i] = ((random(step * length + i) % 2001) - 1000) / 4096;
      run(w, g, moments);
    }
    for (const array of [w, ...moments]) hash.update(bytesOf(array));
  }
  return hash.digest('hex');
}
