import { figure } from '../../format/figures.ts';
import type { Diagnosis } from './diagnosis.ts';

/** How large the gradient is at a layer that has weights. */
export interface GradientLevel {
  readonly layer: string;
  /**
   * The root mean square of dL/dw, over that of the layer's inputs: as large as dL/dz, whatever the scale of the inputs.
   */
  readonly level: number;
}

/** The first layer learns a thousand times as slowly, or as fast, as the last one. */
const FARTHEST = 1e3;
/**
 * Each layer multiplies the gradient by the slope of its activation, at most 1/4 for the sigmoid, and by its weights. Less than
 * this factor a layer is not worth a word however deep the network is.
 * @see Bengio, Simard and Frasconi 1994; Glorot and Bengio 2010, section 4.2
 */
const LEAST_FACTOR = 3;

/**
 * Gradients that vanish or explode on their way from the last layer to the first.
 *
 *   ratio = level of the first layer / level of the last;  factor a layer = ratio^(1/(layers - 1))
 *
 * @param levels input first; fewer than three say nothing
 */
export function gradientFlow(levels: readonly GradientLevel[]): Diagnosis | undefined {
  if (levels.length < 3) return undefined;
  const first = levels[0];
  const last = levels[levels.length - 1];
  const ratio = first.level / last.level;
  if (!Number.isFinite(ratio)) return undefined;
  const factor = ratio ** (1 / (levels.length - 1));
  const vanishes = ratio < 1 / FARTHEST && factor < 1 / LEAST_FACTOR;
  const explodes = ratio > FARTHEST && factor > LEAST_FACTOR;
  if (!vanishes && !explodes) return undefined;
  const way = `the gradient at ${first.layer} is ${figure(ratio)} of that at ${last.layer}`;
  const common = {
    layer: first.layer,
    measured: ratio,
    expected: `between ${1 / FARTHEST} and ${FARTHEST}`,
    explains: ['shrinkingActivations', 'growingActivations', 'learningRateTooLow', 'zeroGradient', 'smallUpdates'],
  } as const;
  return vanishes
    ? {
        ...common,
        problem: 'vanishingGradient',
        message: `${first.layer}: ${way}: ${ratio > 0 ? `it falls by a factor of ${figure(1 / factor)} a layer` : 'none arrives'}`,
        advice:
          'Take relu() with he() weights or tanh() with xavier() instead of sigmoid() or small constant ones, batchNorm(), or residual([...])',
      }
    : {
        ...common,
        problem: 'explodingGradient',
        message: `${first.layer}: ${way}: it grows by a factor of ${figure(factor)} a layer`,
        advice: 'Begin with smaller weights, as xavier() or he() give, add batchNorm(), or clip the gradient',
      };
}
