import { totalmem } from 'node:os';
import { keyed } from '../random.ts';
import type { Engine, Kernels } from '../types.ts';
import { referenceElementwise } from './referenceElementwise.ts';
import { referenceLosses } from './referenceLosses.ts';
import { referenceNormalization } from './referenceNormalization.ts';
import { referenceUpdates, type Updates, updateNames } from './referenceUpdates.ts';

/** The kernels as the textbook has them: float64, one loop an index. The oracle of every test, and no faster than that. */
const kernels: Kernels = {
  matmul(out, a, b, n, k, m, bias, then) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let sum = bias ? bias[j] : 0;
        for (let p = 0; p < k; p++) sum += a[i * k + p] * b[p * m + j];
        out[i * m + j] = sum;
      }
    }
    if (then) referenceElementwise[then.f].forward(then.out, out, n * m, then.parameter);
  },
  matmulTransposeB(out, a, b, n, k, m) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) sum += a[i * k + p] * b[j * k + p];
        out[i * m + j] = sum;
      }
    }
  },
  matmulTransposeA(out, a, b, n, k, m) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) sum += a[p * n + i] * b[p * m + j];
        out[i * m + j] = sum;
      }
    }
  },
  columnSums(out, a, n, m) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += a[i * m + j];
      out[j] = sum;
    }
  },
  ...referenceNormalization,
  elementwise: referenceElementwise,
  prelu(a, z, slope, n, m) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) a[i * m + j] = z[i * m + j] > 0 ? z[i * m + j] : slope[j] * z[i * m + j];
    }
  },
  preluGradient(dz, dSlope, da, z, slope, n, m) {
    for (let j = 0; j < m; j++) {
      dSlope[j] = 0;
      for (let i = 0; i < n; i++) {
        const at = i * m + j;
        dSlope[j] += da[at] * Math.min(z[at], 0);
        dz[at] = da[at] * (z[at] > 0 ? 1 : slope[j]);
      }
    }
  },
  dropout(out, x, length, key, threshold, factor) {
    for (let i = 0; i < length; i++) out[i] = keyed(key, i) < threshold ? 0 : factor * x[i];
  },
  add(out, a, b, length) {
    for (let i = 0; i < length; i++) out[i] = a[i] + b[i];
  },
  copyColumns(out, outStride, to, x, xStride, from, n, width) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < width; j++) out[i * outStride + to + j] = x[i * xStride + from + j];
    }
  },
  gatherRows(out, stride, at, table, indices, n, width) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < width; j++) out[i * stride + at + j] = table[indices[i] * width + j];
    }
  },
  scatterAddRows(table, rows, stride, at, indices, n, width) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < width; j++) table[indices[i] * width + j] += rows[i * stride + at + j];
    }
  },
  softmax(out, z, n, m) {
    for (let i = 0; i < n; i++) {
      let most = -Infinity;
      for (let j = 0; j < m; j++) most = Math.max(most, z[i * m + j]);
      let sum = 0;
      for (let j = 0; j < m; j++) {
        out[i * m + j] = Math.exp(z[i * m + j] - most);
        sum += out[i * m + j];
      }
      for (let j = 0; j < m; j++) out[i * m + j] /= sum;
    }
  },
  ...referenceLosses,
  sumOfSquares(a, length) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += a[i] * a[i];
    return sum;
  },
  scale(a, length, factor) {
    for (let i = 0; i < length; i++) a[i] *= factor;
  },
  fill(a, length, value) {
    a.fill(value, 0, length);
  },
  clip(a, length, limit) {
    for (let i = 0; i < length; i++) a[i] = Math.max(-limit, Math.min(limit, a[i]));
  },
  update: Object.fromEntries(updateNames.map((name) => [name, referenceUpdates[name].run])) as unknown as Updates,
};

/** The float64 engine in plain TypeScript. */
export function referenceEngine(): Engine {
  return {
    name: 'reference',
    detail: 'float64, plain TypeScript',
    kernels,
    vector: (length) => new Float64Array(length),
    indices: (length) => new Int32Array(length),
    room: () => totalmem() / 8,
    // Its arrays are the runtime's: they go when nothing refers to them any more.
    release() {},
  };
}
