import { viewNumbers } from '../../source/column/readNumbers.ts';
import { createScratch } from '../../source/column/scratch.ts';
import { usedAs } from '../declare/columnUses.ts';
import type { NumericFeature } from '../declare/numeric.ts';
import { noValueError } from '../encode/noValueError.ts';
import { binEdges } from './binEdges.ts';
import type { ColumnFit } from './columnFit.ts';
import { fitScaling, sketchFor } from './fitScaling.ts';
import type { FittedNumeric } from './fitted.ts';
import { createKindMemory } from './kindMemory.ts';
import { createMoments } from './moments.ts';
import { createQuantileSketch } from './quantileSketch.ts';

/** Fits a `numeric` feature: mean and deviation, quartiles, the range, or bins. */
export function fitNumbers(name: string, { scale, missing, clip, bins }: NumericFeature): ColumnFit<FittedNumeric> {
  const where = usedAs('numeric', name);
  const memory = createKindMemory(where);
  const moments = createMoments();
  const sketch = bins === undefined ? sketchFor(scale) : createQuantileSketch();
  const scratch = createScratch();
  return {
    add(data, kind, selected, fail) {
      memory.see(kind);
      const numbers = viewNumbers(data, scratch(data.length));
      moments.add(numbers, selected);
      sketch?.add(numbers, selected);
      if (Number.isFinite(moments.max - moments.min) || moments.count === 0) return;
      const isInfinite = (row: number) => Math.abs(numbers[row]) === Number.POSITIVE_INFINITY;
      const row = selected ? selected.find(isInfinite) : numbers.findIndex((_, row) => isInfinite(row));
      if (row === undefined || row < 0) return;
      const hint = 'Leave such rows out, or derive a column that is null there';
      fail({ where, row, expected: 'a finite number', received: `${numbers[row]}`, hint });
    },
    finish() {
      const { count, mean } = moments;
      if (count === 0 || memory.kind === undefined) throw noValueError(where);
      const fitted = fitScaling(where, scale, moments, sketch, 'Derive their logarithm');
      return {
        kind: 'numeric',
        name,
        type: memory.kind,
        ...fitted,
        fill: missing === 'error' ? null : typeof missing === 'object' ? missing.constant : mean,
        indicator: missing === 'indicator',
        ...(clip && { clip }),
        ...(bins !== undefined && sketch && { edges: binEdges(bins, moments.min, moments.max, sketch) }),
      };
    },
  };
}
