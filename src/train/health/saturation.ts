import type { Vector } from '../../engine/types.ts';
import { percent } from '../../format/shares.ts';
import type { ActivationFacts } from '../../network/layer.ts';
import type { Diagnosis } from './diagnosis.ts';
import { rectifies } from './unitWatch.ts';

/**
 * So near to a bound, in widths of the range, an answer is saturated: there the slope of the sigmoid and of tanh is 0.004 of what it is at
 * zero, next to nothing is learned.
 * @see Glorot and Bengio 2010, section 3
 */
const NEAR = 0.001;
/**
 * Of the answers at the first step: Xavier's weights saturate up to 0.06, those of deviation 1 more than half. Measured with
 * networks of 1 to 10 layers on MNIST.
 */
const MOST_AT_FIRST = 0.25;
/** Later: units may learn to answer yes or no. Networks that learn well had up to 0.71 on MNIST, those that got stuck 0.83 and more. */
const MOST_LATER = 0.8;

/**
 * Hidden units that sit at the bounds of their range. An activation that is not bounded on both sides does not saturate, and where a
 * rectifier is off is for `deadUnits`.
 *
 * @param a answers of the layer, `[n, width]`
 * @param isFirst whether this is the first step, at which nothing is learned yet
 */
export function saturation(layer: string, facts: ActivationFacts, a: Vector, isFirst: boolean): Diagnosis | undefined {
  const [low, high] = facts.range;
  const near = NEAR * (high - low);
  if (!Number.isFinite(near) || a.length === 0) return undefined;
  const from = rectifies(facts) ? -Infinity : low + near;
  const to = high - near;
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] < from || a[i] > to) count++;
  const share = count / a.length;
  const most = isFirst ? MOST_AT_FIRST : MOST_LATER;
  if (share <= most) return undefined;
  return {
    problem: 'saturation',
    layer,
    measured: share,
    expected: `at most ${most}`,
    message: `${layer}: ${percent(share)} of its answers are saturated, at the bounds of [${low}, ${high}], where its gradient is next to zero`,
    advice:
      'Begin with smaller weights, as xavier() gives, scale the features, lower the learning rate, or put batchNorm() before it',
    explains: ['vanishingGradient', 'zeroGradient', 'learningRateTooLow', 'smallUpdates'],
  };
}
