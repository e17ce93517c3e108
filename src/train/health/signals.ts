import type { Vector } from '../../engine/types.ts';
import type { Network } from '../../network/network.ts';
import type { ActivationLevel } from './activationVariance.ts';
import type { GradientLevel } from './gradientFlow.ts';
import type { HiddenActivation } from './hiddenActivations.ts';
import type { WeightedLayer } from './weightedLayers.ts';

export function rootMeanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return values.length > 0 ? Math.sqrt(sum / values.length) : 0;
}

/** The mean over so few units, or rows, is chance. */
const LEAST_UNITS = 8;
const LEAST_ROWS = 8;

/** Levels of layers with units enough for their mean to say something. */
export function ofManyUnits<Level extends { readonly units: number }>(levels: readonly Level[]): readonly Level[] {
  return levels.filter(({ units }) => units >= LEAST_UNITS);
}

/** How much the units of layers differ from row to row; one row says nothing. */
export function levelsOfActivation(
  given: readonly Pick<HiddenActivation, 'layer' | 'a' | 'width'>[],
  n: number,
): readonly (ActivationLevel & { readonly units: number })[] {
  if (n < 2) return [];
  return given.flatMap(({ layer, a, width }) =>
    width > 0 ? { layer, units: width, variance: unitVariance(a, n, width) } : [],
  );
}

/** Layers inside of others are left out: what goes into them is not known. Few rows say nothing. */
export function levelsOfGradient(
  network: Network,
  weighted: readonly WeightedLayer[],
  n: number,
): readonly GradientLevel[] {
  if (n < LEAST_ROWS) return [];
  const { kernels } = network.engine;
  const inputs = network.activations();
  const meanSquare = (v: Vector) => kernels.sumOfSquares(v, v.length) / v.length;
  return weighted.flatMap(({ layer, dw, units, isLast, inputIndex }) => {
    if (inputIndex === undefined || inputs.length === 0 || (units < LEAST_UNITS && !isLast)) return [];
    const input = meanSquare(inputs[inputIndex].values);
    return input > 0 ? { layer, level: Math.sqrt(meanSquare(dw) / input) } : [];
  });
}

/**
 * The variance of each unit over the rows, its mean over the units.
 *
 * @param a answers of a layer, `[n, width]`
 */
function unitVariance(a: ArrayLike<number>, n: number, width: number): number {
  const mean = new Float64Array(width);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < width; j++, at++) mean[j] += a[at];
  for (let j = 0; j < width; j++) mean[j] /= n;
  let squares = 0;
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < width; j++, at++) {
      const e = a[at] - mean[j];
      squares += e * e;
    }
  }
  return squares / (n * width);
}
