import { DataError } from '../errors.ts';
import type { ColumnFit } from './columnFit.ts';
import type { FittedNumeric } from './fitted.ts';
import { createKindMemory } from './kindMemory.ts';
import { createMoments } from './moments.ts';
import { noValueError } from './noValueError.ts';
import type { NumericFeature } from './numeric.ts';
import { viewNumbers } from './readNumbers.ts';
import { rowError } from './rowError.ts';
import { createScratch } from './scratch.ts';

/** Fits a `numeric` feature: mean and deviation, or the range. */
export function fitNumbers(name: string, { scale, missing }: NumericFeature): ColumnFit<FittedNumeric> {
  const where = `numeric ${name}`;
  const memory = createKindMemory(where);
  const moments = createMoments();
  const scratch = createScratch();
  return {
    add(data, kind, selected, rowsBefore) {
      memory.see(kind);
      const numbers = viewNumbers(data, scratch(data.length));
      moments.add(numbers, selected);
      if (Number.isFinite(moments.max - moments.min) || moments.count === 0) return;
      const isInfinite = (row: number) => Math.abs(numbers[row]) === Number.POSITIVE_INFINITY;
      const row = selected ? selected.find(isInfinite) : numbers.findIndex((_, row) => isInfinite(row));
      if (row === undefined || row < 0) return;
      const hint = 'Leave such rows out, or derive a column that is null there';
      throw rowError({ where, row, expected: 'a finite number', received: `${numbers[row]}`, hint }, rowsBefore);
    },
    finish() {
      const { count, mean, deviation, min, max } = moments;
      if (count === 0 || memory.kind === undefined) throw noValueError(where);
      const spread = scale === 'standard' ? deviation : scale === 'minMax' ? max - min : 1;
      if (!Number.isFinite(spread) || !Number.isFinite(mean)) {
        throw new DataError({
          where,
          expected: 'numbers whose spread float64 can hold',
          received: `numbers from ${min} to ${max}`,
          hint: 'Derive their logarithm',
        });
      }
      return {
        kind: 'numeric',
        name,
        type: memory.kind,
        shift: scale === 'standard' ? mean : scale === 'minMax' ? min : 0,
        scale: spread > 0 ? spread : 1,
        fill: missing === 'error' ? null : typeof missing === 'object' ? missing.constant : mean,
        indicator: missing === 'indicator',
      };
    },
  };
}
