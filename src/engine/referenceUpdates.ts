import type { PenaltyTerms, UpdateKernels } from '../types.ts';

/** `g + l2 w + l1 sign(w)` */
function penalized(g: number, w: number, { l2, l1 }: PenaltyTerms): number {
  return g + l2 * w + l1 * Math.sign(w);
}

/** The updates of optimizers as the textbook has them, one number after the other. */
export const referenceUpdates: UpdateKernels = {
  sgd(w, g, velocity, length, terms) {
    const { rate, momentum, take, nesterov } = terms;
    for (let i = 0; i < length; i++) {
      let d = penalized(g[i], w[i], terms);
      if (velocity) {
        velocity[i] = momentum * velocity[i] + take * d;
        d = nesterov ? d + momentum * velocity[i] : velocity[i];
      }
      w[i] -= rate * d;
    }
  },
  adam(w, g, m, v, most, length, terms) {
    const { rate, beta1, beta2, epsilon, rootCorrection2, keep } = terms;
    for (let i = 0; i < length; i++) {
      const d = penalized(g[i], w[i], terms);
      m[i] = beta1 * m[i] + (1 - beta1) * d;
      v[i] = beta2 * v[i] + (1 - beta2) * d * d;
      if (most) most[i] = Math.max(most[i], v[i]);
      w[i] = keep * w[i] - (rate * m[i]) / (Math.sqrt(most ? most[i] : v[i]) / rootCorrection2 + epsilon);
    }
  },
  nadam(w, g, m, v, length, terms) {
    const { rateOfGradient, rateOfMean, beta1, beta2, epsilon, rootCorrection2 } = terms;
    for (let i = 0; i < length; i++) {
      const d = penalized(g[i], w[i], terms);
      m[i] = beta1 * m[i] + (1 - beta1) * d;
      v[i] = beta2 * v[i] + (1 - beta2) * d * d;
      w[i] -= (rateOfGradient * d + rateOfMean * m[i]) / (Math.sqrt(v[i]) / rootCorrection2 + epsilon);
    }
  },
  rmsProp(w, g, v, mean, velocity, length, terms) {
    const { rate, decay, epsilon, momentum } = terms;
    for (let i = 0; i < length; i++) {
      const d = penalized(g[i], w[i], terms);
      v[i] = decay * v[i] + (1 - decay) * d * d;
      if (mean) mean[i] = decay * mean[i] + (1 - decay) * d;
      // Rounding can take it below 0.
      const square = mean ? Math.max(0, v[i] - mean[i] * mean[i]) : v[i];
      let u = d / (Math.sqrt(square) + epsilon);
      if (velocity) {
        velocity[i] = momentum * velocity[i] + u;
        u = velocity[i];
      }
      w[i] -= rate * u;
    }
  },
  adagrad(w, g, sum, length, terms) {
    const { rate, epsilon } = terms;
    for (let i = 0; i < length; i++) {
      const d = penalized(g[i], w[i], terms);
      sum[i] += d * d;
      w[i] -= (rate * d) / (Math.sqrt(sum[i]) + epsilon);
    }
  },
  lion(w, g, m, length, terms) {
    const { rate, beta1, beta2, keep } = terms;
    for (let i = 0; i < length; i++) {
      const d = penalized(g[i], w[i], terms);
      w[i] = keep * w[i] - rate * Math.sign(beta1 * m[i] + (1 - beta1) * d);
      m[i] = beta2 * m[i] + (1 - beta2) * d;
    }
  },
  follow(average, w, length, take) {
    for (let i = 0; i < length; i++) average[i] += take * (w[i] - average[i]);
  },
};
