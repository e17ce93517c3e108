import { builtIn } from '../builtIn.ts';
import type { Vector } from '../engine/types.ts';
import { aFunction, oneOf, required, text } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { jsonOptions, rangeBound } from '../options/memberBounds.ts';
import type { Loss } from './loss.ts';

/** A loss that is a mean over rows and outputs, each of which stands for itself. */
export interface PointwiseLoss {
  readonly name: string;
  /**
   * The options in force.
   * @default {}
   */
  readonly options?: Loss['options'];
  /** The kind of target that it is for. */
  readonly task: 'binary' | 'regression';
  /**
   * The least and the largest target that it is for.
   * @default none
   */
  readonly targets?: readonly [low: number, high: number];
  /**
   * The loss of one output.
   *
   * @param p the network's output: a logit for a binary target, or the number that is predicted, standardized where the target is
   * @param y 0 or 1, or the right number
   */
  value(p: number, y: number): number;
  /** The derivative of `value` with respect to `p`. A run holds it to difference quotients before its first step. */
  derivative(p: number, y: number): number;
  /**
   * What an output stands for: the sigmoid, for the probability of class 1.
   * @default the output itself
   */
  predict?(p: number): number;
}

/**
 * A loss of one prediction and one target, with its derivative. Rows have weights where the pipeline gives them some.
 *
 *   L = sum(w value(p, y)) / (outputs sum(w));  dL/dp = w derivative(p, y) / (outputs sum(w)), w = 1 by default
 *
 * @throws OptionError where an option is missing or unknown
 * @example pointwiseLoss({ name: 'cosh', task: 'regression', value: (p, y) => Math.log(Math.cosh(p - y)), derivative: (p, y) => Math.tanh(p - y) }).name //=> 'cosh'
 */
export function pointwiseLoss(loss: PointwiseLoss): Loss {
  checkOptions<PointwiseLoss>('pointwiseLoss', loss, {
    name: required(text('the name of the loss')),
    options: jsonOptions,
    task: required(oneOf('binary', 'regression')),
    targets: rangeBound,
    value: required(aFunction()),
    derivative: required(aFunction()),
    predict: aFunction(),
  });
  return meanOf(loss);
}

/** The same for a loss of ours, whose derivative tests hold to difference quotients. */
export function pointwise(loss: PointwiseLoss): Loss {
  return builtIn(meanOf(loss));
}

function meanOf({ value, derivative, predict, options = {}, ...facts }: PointwiseLoss): Loss {
  return {
    ...facts,
    options,
    evaluate(output, y, dOutput, n, outputs, weights) {
      const length = n * outputs;
      if (weights) return weighted(output, y, dOutput, n, outputs, weights);
      let sum = 0;
      for (let i = 0; i < length; i++) {
        sum += value(output[i], y[i]);
        dOutput[i] = derivative(output[i], y[i]) / length;
      }
      return length === 0 ? 0 : sum / length;
    },
    predict(p, output, n, outputs) {
      if (predict) for (let i = 0; i < n * outputs; i++) p[i] = predict(output[i]);
      else if (p !== output) for (let i = 0; i < n * outputs; i++) p[i] = output[i];
    },
  };

  function weighted(output: Vector, y: Vector, dOutput: Vector, n: number, outputs: number, weights: Vector): number {
    let total = 0;
    for (let row = 0; row < n; row++) total += weights[row];
    total *= outputs;
    let sum = 0;
    for (let row = 0, i = 0; row < n; row++) {
      const w = weights[row];
      for (let end = i + outputs; i < end; i++) {
        sum += w * value(output[i], y[i]);
        dOutput[i] = total > 0 ? (w * derivative(output[i], y[i])) / total : 0;
      }
    }
    return total > 0 ? sum / total : 0;
  }
}
