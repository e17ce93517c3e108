import { figure } from '../../format/figures.ts';
import type { Diagnosis } from './diagnosis.ts';

/** How much the units of a hidden layer differ from row to row. */
export interface ActivationLevel {
  readonly layer: string;
  /** The variance of a unit over the rows, its mean over the units. */
  readonly variance: number;
}

/** Between the first and the last layer. */
const FARTHEST = 1e3;
/**
 * Half or double in each layer: Xavier's and He's weights are made to keep it level. ReLUs with He's weights lose little, and less from layer to layer.
 * @see Glorot and Bengio 2010, section 4.2; He et al. 2015, section 2.2
 */
const LEAST_FACTOR = 2;

/**
 * Activations whose variance shrinks or grows with depth: what the rows differ in does not arrive, or drowns all else.
 *
 *   ratio = variance of the last layer / variance of the first;  factor a layer = ratio^(1/(layers - 1))
 *
 * @param levels the hidden activations, input first; fewer than three say nothing
 */
export function activationVariance(levels: readonly ActivationLevel[]): Diagnosis | undefined {
  if (levels.length < 3) return undefined;
  const first = levels[0];
  const last = levels[levels.length - 1];
  const ratio = last.variance / first.variance;
  if (!Number.isFinite(ratio)) return undefined;
  const factor = ratio ** (1 / (levels.length - 1));
  const shrinks = ratio < 1 / FARTHEST && factor < 1 / LEAST_FACTOR;
  const grows = ratio > FARTHEST && factor > LEAST_FACTOR;
  if (!shrinks && !grows) return undefined;
  const times = shrinks
    ? `shrinks${ratio > 0 ? ` by a factor of ${figure(1 / factor)} a layer` : ' to nothing'}`
    : `grows by a factor of ${figure(factor)} a layer`;
  return {
    problem: shrinks ? 'shrinkingActivations' : 'growingActivations',
    layer: last.layer,
    measured: ratio,
    expected: `between ${1 / FARTHEST} and ${FARTHEST}`,
    message: `${last.layer}: the variance of activations ${times}, to ${figure(ratio)} of that of ${first.layer}`,
    advice: `Begin with ${shrinks ? 'larger' : 'smaller'} weights, as he() gives before relu() and xavier() before tanh(), or add batchNorm()`,
    explains: shrinks ? ['learningRateTooLow', 'zeroGradient', 'smallUpdates'] : [],
  };
}
