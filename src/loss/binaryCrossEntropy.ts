import type { Loss } from './loss.ts';

/**
 * Binary cross entropy on logits, for one output unit without an activation.
 *
 *   L = mean(max(z, 0) - z y + log(1 + exp(-|z|)));  dL/dz = (sigmoid(z) - y) / n
 *
 * Convention: as torch.nn.BCEWithLogitsLoss with mean reduction; 0 for no rows.
 * @example binaryCrossEntropy().evaluate(Float64Array.of(0), Float64Array.of(1), new Float64Array(1), 1, 1) //=> Math.LN2
 */
export function binaryCrossEntropy(): Loss {
  return {
    name: 'binaryCrossEntropy',
    options: {},
    task: 'binary',
    evaluate(output, y, dOutput, n, outputs) {
      const length = n * outputs;
      let sum = 0;
      for (let i = 0; i < length; i++) {
        const z = output[i];
        // exp(-|z|) cannot overflow, and serves both the loss and the sigmoid.
        const e = Math.exp(-Math.abs(z));
        sum += Math.max(z, 0) - z * y[i] + Math.log1p(e);
        dOutput[i] = ((z >= 0 ? 1 : e) / (1 + e) - y[i]) / length;
      }
      return length === 0 ? 0 : sum / length;
    },
    predict(p, output, n, outputs) {
      for (let i = 0; i < n * outputs; i++) {
        const z = output[i];
        const e = Math.exp(-Math.abs(z));
        p[i] = (z >= 0 ? 1 : e) / (1 + e);
      }
    },
  };
}
