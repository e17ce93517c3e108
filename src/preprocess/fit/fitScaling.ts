import { DataError, OptionError } from '../../errors.ts';
import { type ScalingChoice, scalingOf } from '../declare/scaling.ts';
import type { Moments } from './moments.ts';
import { createQuantileSketch, type QuantileSketch } from './quantileSketch.ts';

/** What keeps the quantiles that a scaling asks for, where it asks for any. */
export function sketchFor(choice: ScalingChoice): QuantileSketch | undefined {
  return (scalingOf(choice).quantiles ?? []).length > 0 ? createQuantileSketch() : undefined;
}

/**
 * Fits a scaling to the numbers of a column.
 *
 * @param where the feature, for the error
 * @param sketch of the same numbers; that of `sketchFor`
 * @throws DataError where float64 cannot hold their spread
 * @throws OptionError where a scaling of the user's own gives no numbers
 */
export function fitScaling(
  where: string,
  choice: ScalingChoice,
  { count, mean, deviation, min, max }: Moments,
  sketch: QuantileSketch | undefined,
  hint?: string,
): { readonly shift: number; readonly scale: number } {
  const scaling = scalingOf(choice);
  const quantiles = sketch?.quantiles(scaling.quantiles ?? []) ?? [];
  const { shift, scale } = scaling.fit({ count, mean, deviation, min, max, quantiles });
  if (typeof choice !== 'string' && !(Number.isFinite(shift) && scale >= 0 && scale < Infinity)) {
    throw new OptionError({
      where: `${where}: scaling ${scaling.name}`,
      expected: 'a finite shift and a finite scale of at least 0',
      received: `shift ${shift} and scale ${scale}, of numbers from ${min} to ${max}`,
    });
  }
  if (!Number.isFinite(scale) || !Number.isFinite(mean)) {
    const received = `numbers from ${min} to ${max}`;
    throw new DataError({ where, expected: 'numbers whose spread float64 can hold', received, hint });
  }
  return { shift, scale: scale > 0 ? scale : 1 };
}
