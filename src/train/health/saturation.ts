import type { Vector } from '../../types.ts';
import type { Diagnosis } from './diagnosis.ts';
import { percent } from './percent.ts';

/**
 * Beyond it the slope is below 0.007 for the sigmoid and below 0.0002 for tanh, of 0.25 and 1 at zero: next to nothing is learned there.
 * @see Glorot and Bengio 2010, section 3
 */
const SATURATED_Z = 5;
/**
 * Of the answers at the first step: Xavier's weights saturate up to 0.06, those of deviation 1 more than half. Measured with
 * networks of 1 to 10 layers on MNIST.
 */
const MOST_AT_FIRST = 0.25;
/** Later: units may learn to answer yes or no. Networks that learn well had up to 0.71 on MNIST, those that got stuck 0.83 and more. */
const MOST_LATER = 0.8;

/** The two ends of a function's range, as it answers at `-z` and `z`. */
const ends: Readonly<Record<string, readonly [number, number]>> = {
  sigmoid: [1 / (1 + Math.exp(SATURATED_Z)), 1 / (1 + Math.exp(-SATURATED_Z))],
  tanh: [-Math.tanh(SATURATED_Z), Math.tanh(SATURATED_Z)],
};

/**
 * Hidden units that sit at the ends of their range: `|z| > 5`, seen in `a`, which needs no `z`.
 *
 * @param kind the activation; others than `sigmoid` and `tanh` do not saturate
 * @param a answers of the layer, `[n, width]`
 * @param isFirst whether this is the first step, at which nothing is learned yet
 */
export function saturation(layer: string, kind: string, a: Vector, isFirst: boolean): Diagnosis | undefined {
  if (!Object.hasOwn(ends, kind) || a.length === 0) return undefined;
  const [low, high] = ends[kind];
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] < low || a[i] > high) count++;
  const share = count / a.length;
  const most = isFirst ? MOST_AT_FIRST : MOST_LATER;
  if (share <= most) return undefined;
  return {
    illness: 'saturation',
    layer,
    measured: share,
    expected: `at most ${most}`,
    message: `${layer}: ${percent(share)} of its answers are saturated (|z| > ${SATURATED_Z}), where its gradient is next to zero`,
    advice:
      'Begin with smaller weights, as xavier() gives, scale the features, lower the learning rate, or put batchNorm() before it',
  };
}
