import { DataError } from '../errors.ts';
import { badLabel } from './badValues.ts';
import type { ColumnFit } from './columnFit.ts';
import { fitClasses } from './fitClasses.ts';
import type { FittedTarget } from './fitted.ts';
import { createKindMemory } from './kindMemory.ts';
import { createMoments } from './moments.ts';
import { noValueError } from './noValueError.ts';
import { readNumbers } from './readNumbers.ts';
import { rowError } from './rowError.ts';
import { selectNumbers } from './selectNumbers.ts';
import type { Target } from './target.ts';

/** Fits the target, and refuses the first label that is missing or not allowed. */
export function fitTarget(target: Target): ColumnFit<FittedTarget> {
  if (target.kind === 'classes') return fitClasses(target);
  const { kind: task, column } = target;
  const where = `${task} ${column}`;
  const memory = createKindMemory(where);
  const moments = createMoments();
  let scratch = new Float64Array(0);
  return {
    add(data, kind, selected, rowsBefore) {
      memory.see(kind);
      const numbers = readNumbers(data, scratch);
      if (numbers.length > scratch.length) scratch = numbers as Float64Array<ArrayBuffer>;
      const count = selectNumbers(numbers, selected);
      for (let i = 0; i < count; i++) {
        const value = numbers[i];
        const allowed = task === 'binary' ? value === 0 || value === 1 : Number.isFinite(value);
        if (!allowed) throw rowError(badLabel(target, data, selected ? selected[i] : i), rowsBefore);
      }
      if (task === 'regression') moments.add(numbers, count);
    },
    finish() {
      if (memory.kind === undefined) throw noValueError(where);
      if (target.kind === 'binary') return { kind: 'binary', column, type: memory.kind };
      const { mean, deviation, min, max } = moments;
      if (!Number.isFinite(deviation) || !Number.isFinite(mean)) {
        const received = `numbers from ${min} to ${max}`;
        throw new DataError({ where, expected: 'numbers whose spread float64 can hold', received });
      }
      const scaled = target.scale === 'standard';
      return {
        kind: 'regression',
        column,
        type: memory.kind,
        mean: scaled ? mean : 0,
        deviation: scaled && deviation > 0 ? deviation : 1,
      };
    },
  };
}
