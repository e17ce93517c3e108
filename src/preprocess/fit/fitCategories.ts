import { usedAs } from '../declare/columnUses.ts';
import type { EmbeddingFeature } from '../declare/embedding.ts';
import type { OneHotFeature } from '../declare/oneHot.ts';
import { noValueError } from '../encode/noValueError.ts';
import { createCategoryCounts } from './categoryCounts.ts';
import type { ColumnFit } from './columnFit.ts';
import type { FittedCategories } from './fitted.ts';

/** Fits a `oneHot` or `embedding` feature: counts the categories and gives the most frequent ones a code. */
export function fitCategories(name: string, feature: OneHotFeature | EmbeddingFeature): ColumnFit<FittedCategories> {
  const { kind, maxSize, minCount, missing } = feature;
  const where = usedAs(kind, name);
  const counts = createCategoryCounts(where);
  return {
    add: counts.add,
    finish() {
      const ranked = counts.ranked();
      if (ranked.length === 0 || counts.kind === undefined) throw noValueError(where);
      const values = ranked.filter(({ count }) => count >= minCount).slice(0, maxSize ?? ranked.length);
      return {
        kind,
        name,
        type: counts.kind,
        missing,
        values: values.map(({ category }) => category),
        width: feature.kind === 'embedding' ? feature.width : 0,
      };
    },
  };
}
