import { builtIn } from '../builtIn.ts';
import { number } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { Loss } from './loss.ts';
import { pointwise } from './pointwise.ts';
import { sigmoidOf } from './sigmoidOf.ts';

/** The options of `binaryCrossEntropy`. */
export interface BinaryCrossEntropyOptions {
  /**
   * What a row of class 1 costs in multiples of one of class 0; above 0. The ratio of their numbers makes rare ones count alike, at
   * the price of probabilities that are too high.
   * @default 1
   */
  readonly positiveWeight?: number;
  /**
   * Pulls targets towards 1/2: 0 and 1 become s/2 and 1 - s/2; in [0, 1).
   * @default 0
   */
  readonly labelSmoothing?: number;
}

/**
 * Binary cross entropy on logits, for one output unit without an activation.
 *
 *   t = y (1 - labelSmoothing) + labelSmoothing / 2;  k = 1 + (positiveWeight - 1) t
 *   L = mean((1 - t) z + k log(1 + exp(-z)));  dL/dz = ((1 - t) - k sigmoid(-z)) / n
 *
 * which by default is max(z, 0) - z y + log(1 + exp(-|z|)), and (sigmoid(z) - y) / n.
 *
 * Convention: as torch.nn.BCEWithLogitsLoss with pos_weight and mean reduction; 0 for no rows.
 * @throws OptionError where an option is out of bounds
 * @example binaryCrossEntropy().evaluate(Float64Array.of(0), Float64Array.of(1), new Float64Array(1), 1, 1) //=> Math.LN2
 */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions = {}): Loss {
  checkOptions<BinaryCrossEntropyOptions>('binaryCrossEntropy', options, {
    positiveWeight: number({ above: 0 }),
    labelSmoothing: number({ least: 0, below: 1 }),
  });
  const { positiveWeight = 1, labelSmoothing = 0 } = options;
  const common = { name: 'binaryCrossEntropy', task: 'binary', targets: [0, 1], predict: sigmoidOf } as const;
  if (positiveWeight === 1 && labelSmoothing === 0) {
    const plain = pointwise({
      ...common,
      options: {},
      value: (z, y) => Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z))),
      derivative: (z, y) => sigmoidOf(z) - y,
    });
    return builtIn({
      ...plain,
      evaluate(output, y, dOutput, n, outputs, weights, kernels) {
        const length = n * outputs;
        if (weights || !kernels || length === 0) return plain.evaluate(output, y, dOutput, n, outputs, weights);
        return kernels.binaryCrossEntropy(dOutput, output, y, length) / length;
      },
    });
  }
  const smoothed = (y: number) => y * (1 - labelSmoothing) + labelSmoothing / 2;
  return pointwise({
    ...common,
    options: { positiveWeight, labelSmoothing },
    value(z, y) {
      const t = smoothed(y);
      const k = 1 + (positiveWeight - 1) * t;
      return (1 - t) * z + k * (Math.log1p(Math.exp(-Math.abs(z))) + Math.max(-z, 0));
    },
    derivative(z, y) {
      const t = smoothed(y);
      return 1 - t - (1 + (positiveWeight - 1) * t) * sigmoidOf(-z);
    },
  });
}
