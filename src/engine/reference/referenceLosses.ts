import type { LossKernels } from '../types.ts';

/** Losses as the textbook has them. */
export const referenceLosses: LossKernels = {
  crossEntropy(dz, z, y, n, m) {
    let loss = 0;
    for (let i = 0; i < n; i++) {
      let most = -Infinity;
      for (let j = 0; j < m; j++) most = Math.max(most, z[i * m + j]);
      let total = 0;
      for (let j = 0; j < m; j++) total += Math.exp(z[i * m + j] - most);
      for (let j = 0; j < m; j++) {
        const p = Math.exp(z[i * m + j] - most) / total;
        dz[i * m + j] = (p - (j === y[i] ? 1 : 0)) / n;
      }
      loss += Math.log(total) + (most - z[i * m + y[i]]);
    }
    return loss;
  },
  binaryCrossEntropy(dz, z, y, length) {
    let loss = 0;
    for (let i = 0; i < length; i++) {
      const e = Math.exp(-Math.abs(z[i]));
      loss += Math.max(z[i], 0) - z[i] * y[i] + Math.log1p(e);
      dz[i] = ((z[i] >= 0 ? 1 : e) / (1 + e) - y[i]) / length;
    }
    return loss;
  },
};
