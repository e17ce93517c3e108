import { builtIn } from '../builtIn.ts';
import type { Vector } from '../engine/types.ts';
import { DataError } from '../errors.ts';
import { listOf, number, oneOf } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { exp } from './exp.ts';

import type { Loss } from './loss.ts';

/** The options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /**
   * What a row counts for by its class: a number of at least 0 for each class, in their order.
   * @default 1 for each
   */
  readonly classWeights?: readonly number[];
  /**
   * The share of each target that is spread evenly over all classes, in [0, 1).
   * @default 0
   */
  readonly labelSmoothing?: number;
  /**
   * What y holds. `index`: the number of a class, `[n]`; `distribution`: a probability for each class, `[n, outputs]`, one-hot rows
   * among them.
   * @default 'index'
   */
  readonly labels?: 'index' | 'distribution';
}

/**
 * Cross entropy of the softmax of logits, for one output unit a class.
 *
 *   t[c] = c[c] ((1 - s) y[c] + s / K) for K classes, class weights c, label smoothing s, and y one-hot
 *   l = -sum(t log softmax(z));  dl/dz = sum(t) softmax(z) - t
 *   L = sum(l) / sum(c[label]), which is the mean by default; over the rows' number where y is a distribution
 *
 * Convention: as torch.nn.CrossEntropyLoss with mean reduction, which divides by the class weights of the labels; with weights of rows, both
 * are multiplied. 0 for no rows.
 * @throws OptionError where an option is out of bounds
 * @throws DataError where a label is not the number of a class
 * @example crossEntropy().evaluate(Float64Array.of(1, 1), Float64Array.of(0), new Float64Array(2), 1, 2) //=> Math.LN2
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  checkOptions<CrossEntropyOptions>('crossEntropy', options, {
    classWeights: listOf('numbers', number({ least: 0 })),
    labelSmoothing: number({ least: 0, below: 1 }),
    labels: oneOf('index', 'distribution'),
  });
  const { classWeights, labelSmoothing = 0, labels = 'index' } = options;
  const weightOf = (label: number) => (classWeights ? classWeights[label] : 1);
  /** Of the row that is being evaluated; made once. */
  let powers = new Float64Array(0);
  const isPlain = !classWeights && labelSmoothing === 0 && labels === 'index';

  return builtIn({
    name: 'crossEntropy',
    options: {
      ...(classWeights && { classWeights }),
      ...(labelSmoothing > 0 && { labelSmoothing }),
      ...(labels !== 'index' && { labels }),
    },
    task: 'classes',
    ...(classWeights && { outputs: classWeights.length }),
    evaluate(output, y, dOutput, n, outputs, weights, kernels) {
      let total = 0;
      for (let row = 0; row < n; row++) {
        const weight = weights ? weights[row] : 1;
        if (labels === 'distribution') total += weight;
        else total += weight * weightOf(checkedLabel(y, row, outputs));
      }
      if (!(total > 0)) {
        dOutput.fill(0, 0, n * outputs);
        return 0;
      }
      if (isPlain && !weights && kernels) return kernels.crossEntropy(dOutput, output, y, n, outputs) / total;
      let sum = 0;
      for (let row = 0; row < n; row++) {
        const weight = weights ? weights[row] : 1;
        sum += weight * evaluateRow(output, y, dOutput, row, outputs, weight / total);
      }
      return sum / total;
    },
    predict(p, output, n, outputs) {
      for (let begin = 0; begin < n * outputs; begin += outputs) softmax(p, output, begin, begin + outputs);
    },
  });

  /** The loss of a row; its gradient times `factor` goes to `dOutput`. */
  function evaluateRow(
    output: Vector,
    y: Vector,
    dOutput: Vector,
    row: number,
    outputs: number,
    factor: number,
  ): number {
    const begin = row * outputs;
    const most = largest(output, begin, begin + outputs);
    if (powers.length < outputs) powers = new Float64Array(outputs);
    let normalizer = 0;
    for (let c = 0; c < outputs; c++) {
      powers[c] = exp(output[begin + c] - most);
      normalizer += powers[c];
    }
    const logNormalizer = Math.log(normalizer);
    const even = labelSmoothing / outputs;
    let mass = 0;
    let loss = 0;
    for (let c = 0; c < outputs; c++) {
      const t = weightOf(c) * ((1 - labelSmoothing) * target(y, row, c, outputs) + even);
      mass += t;
      // In this order, since the difference of two large logits is exact and a product of 0 and a large one is 0.
      if (t !== 0) loss += t * (logNormalizer + (most - output[begin + c]));
    }
    for (let c = 0; c < outputs; c++) {
      const t = weightOf(c) * ((1 - labelSmoothing) * target(y, row, c, outputs) + even);
      dOutput[begin + c] = (mass * (powers[c] / normalizer) - t) * factor;
    }
    return loss;
  }

  function target(y: Vector, row: number, c: number, outputs: number): number {
    return labels === 'distribution' ? y[row * outputs + c] : y[row] === c ? 1 : 0;
  }
}

function softmax(p: Vector, z: Vector, begin: number, end: number): void {
  const most = largest(z, begin, end);
  let total = 0;
  for (let i = begin; i < end; i++) {
    const e = Math.exp(z[i] - most);
    total += e;
    p[i] = e;
  }
  for (let i = begin; i < end; i++) p[i] /= total;
}

function largest(z: Vector, begin: number, end: number): number {
  let most = z[begin];
  for (let i = begin + 1; i < end; i++) most = Math.max(most, z[i]);
  return most;
}

/** @throws DataError where it is not the number of a class */
function checkedLabel(y: Vector, row: number, outputs: number): number {
  const label = y[row];
  if (label >= 0 && label < outputs && label === Math.floor(label)) return label;
  throw new DataError({
    where: `crossEntropy: row ${row} of the mini-batch`,
    expected: `the number of a class, 0 to ${outputs - 1}`,
    received: `${label}`,
  });
}
