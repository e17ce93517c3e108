import { DataError } from '../errors.ts';
import type { Vector } from '../types.ts';
import type { Loss } from './loss.ts';

/**
 * Cross entropy of the softmax of logits, for one output unit a class; `y` holds numbers of classes, from 0.
 *
 *   L = mean(log(sum(exp(z))) - z[y]);  dL/dz = (softmax(z) - onehot(y)) / n
 *
 * Convention: as torch.nn.CrossEntropyLoss with mean reduction; 0 for no rows.
 * @throws DataError where a label is not the number of a class
 * @example crossEntropy().evaluate(Float64Array.of(1, 1), Float64Array.of(0), new Float64Array(2), 1, 2) //=> Math.LN2
 */
export function crossEntropy(): Loss {
  return {
    name: 'crossEntropy',
    options: {},
    task: 'classes',
    evaluate(output, y, dOutput, n, outputs) {
      let sum = 0;
      for (let row = 0; row < n; row++) {
        const label = y[row];
        if (!(label >= 0 && label < outputs && label === Math.floor(label))) throw notAClass(row, label, outputs);
        const begin = row * outputs;
        const end = begin + outputs;
        const most = largest(output, begin, end);
        let total = 0;
        for (let i = begin; i < end; i++) total += Math.exp(output[i] - most);
        sum += Math.log(total) + (most - output[begin + label]);
        for (let i = begin; i < end; i++) dOutput[i] = Math.exp(output[i] - most) / total / n;
        dOutput[begin + label] = (Math.exp(output[begin + label] - most) / total - 1) / n;
      }
      return n === 0 ? 0 : sum / n;
    },
    predict(p, output, n, outputs) {
      for (let begin = 0; begin < n * outputs; begin += outputs) {
        const end = begin + outputs;
        const most = largest(output, begin, end);
        let total = 0;
        for (let i = begin; i < end; i++) {
          const e = Math.exp(output[i] - most);
          total += e;
          p[i] = e;
        }
        for (let i = begin; i < end; i++) p[i] /= total;
      }
    },
  };
}

function largest(z: Vector, begin: number, end: number): number {
  let most = z[begin];
  for (let i = begin + 1; i < end; i++) most = Math.max(most, z[i]);
  return most;
}

function notAClass(row: number, label: number, outputs: number): DataError {
  return new DataError({
    where: `crossEntropy: row ${row} of the mini-batch`,
    expected: `the number of a class, 0 to ${outputs - 1}`,
    received: `${label}`,
  });
}
