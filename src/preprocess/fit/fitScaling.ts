import { DataError, OptionError } from '../../errors.ts';
import { type NumberSummary, type ScalingChoice, scalingOf } from '../declare/scaling.ts';

/**
 * Fits a scaling to the numbers of a column.
 *
 * @param where the feature, for the error
 * @throws DataError where float64 cannot hold their spread
 * @throws OptionError where a scaling of the user's own gives no numbers
 */
export function fitScaling(
  where: string,
  choice: ScalingChoice,
  { count, mean, deviation, min, max }: NumberSummary,
  hint?: string,
): { readonly shift: number; readonly scale: number } {
  const scaling = scalingOf(choice);
  const { shift, scale } = scaling.fit({ count, mean, deviation, min, max });
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
