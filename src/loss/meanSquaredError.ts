import type { Loss } from './loss.ts';

/**
 * Mean squared error, for output units without an activation. With several outputs a row, `y` is `[n, outputs]`.
 *
 *   e = p - y;  L = mean(e²);  dL/dp = 2 e / (n outputs)
 *
 * Convention: as torch.nn.MSELoss with mean reduction, the mean going over rows and outputs; 0 for no rows.
 * @example meanSquaredError().evaluate(Float64Array.of(3), Float64Array.of(1), new Float64Array(1), 1, 1) //=> 4
 */
export function meanSquaredError(): Loss {
  return {
    name: 'meanSquaredError',
    options: {},
    task: 'regression',
    evaluate(output, y, dOutput, n, outputs) {
      const length = n * outputs;
      let sum = 0;
      for (let i = 0; i < length; i++) {
        const e = output[i] - y[i];
        sum += e * e;
        dOutput[i] = (2 * e) / length;
      }
      return length === 0 ? 0 : sum / length;
    },
    predict(p, output, n, outputs) {
      if (p === output) return;
      for (let i = 0; i < n * outputs; i++) p[i] = output[i];
    },
  };
}
