import { shownName, shownNames } from '../../options/shown.ts';
import { sourceColumns } from '../../preprocess/derive/sourceColumns.ts';
import { leakingFeatures } from '../../preprocess/derive/splitColumns.ts';
import { type ColumnSample, findLeaks } from '../../preprocess/fit/findLeaks.ts';
import type { Pipeline } from '../declare/pipeline.ts';

const advice = 'Leave it out, unless it is known when predictions are made';

/** A line for each feature that gives the target away: by what it is computed from, or by its values in a sample of the training rows. */
export function leakWarnings({ derive, features, target }: Pipeline, sample: ColumnSample): string[] {
  const label = shownName(target.column);
  const leaking = leakingFeatures({ derive, features, target });
  const computed = leaking.map((name) => {
    const from = sourceColumns(derive, [name]);
    const how = from.includes(name)
      ? `the target ${label} is computed from it`
      : `it is computed from ${shownNames(from)}, as the target ${label} is`;
    return `feature ${shownName(name)}: ${how}, and may be given away by it. ${advice}`;
  });
  const found = findLeaks(sample, target.kind === 'regression' ? 'numbers' : 'classes')
    .filter(({ feature }) => !leaking.includes(feature))
    .map(({ feature, share: told }) => {
      const how =
        told === undefined ? 'almost exactly' : `in ${Number((100 * told).toFixed(2))} % of ${sample.rows} rows`;
      return `feature ${shownName(feature)} alone tells ${label} ${how}: it may give the target away. ${advice}`;
    });
  return [...computed, ...found];
}
