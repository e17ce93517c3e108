import { DataError } from '../errors.ts';
import type { ColumnFit } from './columnFit.ts';
import type { FittedNumeric } from './fitted.ts';
import { createKindMemory } from './kindMemory.ts';
import { createMoments } from './moments.ts';
import { noValueError } from './noValueError.ts';
import type { NumericFeature } from './numeric.ts';
import { readNumbers } from './readNumbers.ts';
import { rowError } from './rowError.ts';
import { selectNumbers } from './selectNumbers.ts';

/** Fits a `numeric` feature: mean and deviation, or the range. */
export function fitNumbers(name: string, { scale, missing }: NumericFeature): ColumnFit<FittedNumeric> {
  const where = `numeric ${name}`;
  const memory = createKindMemory(where);
  const moments = createMoments();
  let scratch = new Float64Array(0);
  return {
    add(data, kind, selected, rowsBefore) {
      memory.see(kind);
      const numbers = readNumbers(data, scratch);
      if (numbers.length > scratch.length) scratch = numbers as Float64Array<ArrayBuffer>;
      const count = selectNumbers(numbers, selected);
      moments.add(numbers, count);
      if (Number.isFinite(moments.max - moments.min) || moments.count === 0) return;
      const at = numbers.subarray(0, count).findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
      if (at < 0) return;
      const hint = 'Leave such rows out, or derive a column that is null there';
      const row = selected ? selected[at] : at;
      throw rowError({ where, row, expected: 'a finite number', received: `${numbers[at]}`, hint }, rowsBefore);
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
