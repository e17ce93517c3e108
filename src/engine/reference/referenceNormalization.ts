import type { NormalizationKernels } from '../types.ts';

/** Normalization in the float64 engine. */
export const referenceNormalization: NormalizationKernels = {
  columnDots(out, a, b, n, m) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += a[i * m + j] * b[i * m + j];
      out[j] = sum;
    }
  },
  columnMoments(mean, variance, x, n, m) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += x[i * m + j];
      mean[j] = n > 0 ? sum / n : 0;
      let squares = 0;
      for (let i = 0; i < n; i++) squares += (x[i * m + j] - mean[j]) ** 2;
      variance[j] = n > 0 ? squares / n : 0;
    }
  },
  normalizeColumns(a, h, x, mean, inverse, gamma, beta, n, m) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        h[i * m + j] = (x[i * m + j] - mean[j]) * inverse[j];
        a[i * m + j] = h[i * m + j] * gamma[j] + beta[j];
      }
    }
  },
  normalizeColumnsGradient(dx, da, h, factor, sums, dots, n, m) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        dx[i * m + j] = factor[j] * (da[i * m + j] - sums[j] / n - (h[i * m + j] * dots[j]) / n);
      }
    }
  },
  normalizeRows(a, h, inverse, x, gamma, beta, epsilon, n, m) {
    for (let i = 0; i < n; i++) {
      let mean = 0;
      for (let j = 0; j < m; j++) mean += x[i * m + j] / m;
      let variance = 0;
      for (let j = 0; j < m; j++) variance += (x[i * m + j] - mean) ** 2 / m;
      inverse[i] = 1 / Math.sqrt(variance + epsilon);
      for (let j = 0; j < m; j++) {
        h[i * m + j] = (x[i * m + j] - mean) * inverse[i];
        a[i * m + j] = h[i * m + j] * gamma[j] + beta[j];
      }
    }
  },
  normalizeRowsGradient(dx, da, h, inverse, gamma, n, m) {
    for (let i = 0; i < n; i++) {
      let mean = 0;
      let meanWithH = 0;
      for (let j = 0; j < m; j++) {
        const g = da[i * m + j] * gamma[j];
        mean += g / m;
        meanWithH += (g * h[i * m + j]) / m;
      }
      for (let j = 0; j < m; j++) {
        dx[i * m + j] = inverse[i] * (da[i * m + j] * gamma[j] - mean - h[i * m + j] * meanWithH);
      }
    }
  },
};
