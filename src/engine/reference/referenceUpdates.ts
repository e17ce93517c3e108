import type { Vector } from '../types.ts';

/** What an update works on, which of it may be missing, and the numbers that it takes, each in the order in which the compiled kernels get them. */
interface Update<Needed extends string, Kept extends string, Term extends string> {
  readonly needed: readonly Needed[];
  readonly kept: readonly Kept[];
  readonly terms: readonly Term[];
  /** One pass over the first `length` numbers of each vector. */
  run(
    vectors: Readonly<Record<Needed, Vector>> & { readonly [Name in Kept]?: Vector | undefined },
    length: number,
    terms: Readonly<Record<Term, number>>,
  ): void;
}

const update = <Needed extends string, Kept extends string, Term extends string>(
  needed: readonly Needed[],
  kept: readonly Kept[],
  terms: readonly Term[],
  run: Update<Needed, Kept, Term>['run'],
): Update<Needed, Kept, Term> => ({ needed, kept, terms, run });

/** `d = g + l2 w + l1 sign(w)`: penalties on large weights. */
function penalized(g: number, w: number, { l2, l1 }: { readonly l2: number; readonly l1: number }): number {
  return g + l2 * w + l1 * Math.sign(w);
}

/**
 * The updates of optimizers, as the textbook has them: one pass over flat vectors, one number after the other. What depends on the step alone
 * is computed by the caller. In engines of float32, moments too small for its normal range become 0.
 *
 * - `sgd`: `velocity = momentum velocity + take d; w -= rate velocity`; with `nesterov` (1) `d + momentum velocity`, without a velocity `d`, for
 * the latter
 * - `adam`: `m = beta1 m + (1 - beta1) d; v = beta2 v + (1 - beta2) d²; w = keep w - rate m / (sqrt(v) / rootCorrection2 + epsilon)`, with
 * `most = max(most, v)` in place of the last `v` where it is given, `rate = learningRate / (1 - beta1^t)` and
 * `rootCorrection2 = sqrt(1 - beta2^t)`
 * - `nadam`: as `adam`, but for `w -= (rateOfGradient d + rateOfMean m) / (sqrt(v) / rootCorrection2 + epsilon)`
 * - `rmsProp`: `v = decay v + (1 - decay) d²; mean = decay mean + (1 - decay) d; u = d / (sqrt(v - mean²) + epsilon);
 * velocity = momentum velocity + u; w -= rate velocity`; without a mean it is 0, without a velocity `u` is taken
 * - `adagrad`: `sum += d²; w -= rate d / (sqrt(sum) + epsilon)`
 * - `lion`: `w = keep w - rate sign(beta1 m + (1 - beta1) d); m = beta2 m + (1 - beta2) d`
 * - `follow`: `average += take (w - average)`
 */
export const referenceUpdates = {
  sgd: update(
    ['w', 'g'],
    ['velocity'],
    ['rate', 'momentum', 'take', 'nesterov', 'l2', 'l1'],
    ({ w, g, velocity }, length, terms) => {
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
  ),
  adam: update(
    ['w', 'g', 'm', 'v'],
    ['most'],
    ['rate', 'beta1', 'beta2', 'epsilon', 'rootCorrection2', 'keep', 'l2', 'l1'],
    ({ w, g, m, v, most }, length, terms) => {
      const { rate, beta1, beta2, epsilon, rootCorrection2, keep } = terms;
      for (let i = 0; i < length; i++) {
        const d = penalized(g[i], w[i], terms);
        m[i] = beta1 * m[i] + (1 - beta1) * d;
        v[i] = beta2 * v[i] + (1 - beta2) * d * d;
        if (most) most[i] = Math.max(most[i], v[i]);
        w[i] = keep * w[i] - (rate * m[i]) / (Math.sqrt(most ? most[i] : v[i]) / rootCorrection2 + epsilon);
      }
    },
  ),
  nadam: update(
    ['w', 'g', 'm', 'v'],
    [],
    ['rateOfGradient', 'rateOfMean', 'beta1', 'beta2', 'epsilon', 'rootCorrection2', 'l2', 'l1'],
    ({ w, g, m, v }, length, terms) => {
      const { rateOfGradient, rateOfMean, beta1, beta2, epsilon, rootCorrection2 } = terms;
      for (let i = 0; i < length; i++) {
        const d = penalized(g[i], w[i], terms);
        m[i] = beta1 * m[i] + (1 - beta1) * d;
        v[i] = beta2 * v[i] + (1 - beta2) * d * d;
        w[i] -= (rateOfGradient * d + rateOfMean * m[i]) / (Math.sqrt(v[i]) / rootCorrection2 + epsilon);
      }
    },
  ),
  rmsProp: update(
    ['w', 'g', 'v'],
    ['mean', 'velocity'],
    ['rate', 'decay', 'epsilon', 'momentum', 'l2', 'l1'],
    ({ w, g, v, mean, velocity }, length, terms) => {
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
  ),
  adagrad: update(['w', 'g', 'sum'], [], ['rate', 'epsilon', 'l2', 'l1'], ({ w, g, sum }, length, terms) => {
    const { rate, epsilon } = terms;
    for (let i = 0; i < length; i++) {
      const d = penalized(g[i], w[i], terms);
      sum[i] += d * d;
      w[i] -= (rate * d) / (Math.sqrt(sum[i]) + epsilon);
    }
  }),
  lion: update(['w', 'g', 'm'], [], ['rate', 'beta1', 'beta2', 'keep', 'l2', 'l1'], ({ w, g, m }, length, terms) => {
    const { rate, beta1, beta2, keep } = terms;
    for (let i = 0; i < length; i++) {
      const d = penalized(g[i], w[i], terms);
      w[i] = keep * w[i] - rate * Math.sign(beta1 * m[i] + (1 - beta1) * d);
      m[i] = beta2 * m[i] + (1 - beta2) * d;
    }
  }),
  follow: update(['average', 'w'], [], ['take'], ({ average, w }, length, { take }) => {
    for (let i = 0; i < length; i++) average[i] += take * (w[i] - average[i]);
  }),
};

export type UpdateName = keyof typeof referenceUpdates;

/** The updates of an engine, by name: see `referenceUpdates` for what each takes and makes. */
export type Updates = { readonly [Name in UpdateName]: (typeof referenceUpdates)[Name]['run'] };

/** Their names; the compiled kernels number them in this order. */
export const updateNames = Object.keys(referenceUpdates) as readonly UpdateName[];
