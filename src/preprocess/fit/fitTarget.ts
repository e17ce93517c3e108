import { Type } from 'apache-arrow';
import { DataError } from '../../errors.ts';
import { viewNumbers } from '../../source/column/readNumbers.ts';
import { createScratch } from '../../source/column/scratch.ts';
import { usedAs } from '../declare/columnUses.ts';
import type { Target } from '../declare/target.ts';
import { badLabel } from '../encode/badValues.ts';
import { noValueError } from '../encode/noValueError.ts';
import type { ColumnFit } from './columnFit.ts';
import { fitClasses } from './fitClasses.ts';
import { fitPositive } from './fitPositive.ts';
import type { FittedTarget } from './fitted.ts';
import { createKindMemory } from './kindMemory.ts';
import { createMoments } from './moments.ts';

/** Fits the target, and refuses the first label that is missing or not allowed. */
export function fitTarget(target: Target): ColumnFit<FittedTarget> {
  if (target.kind === 'classes') return fitClasses(target);
  if (target.kind === 'binary' && target.positive !== undefined) return fitPositive(target, target.positive);
  const { kind: task, column } = target;
  const where = usedAs(task, column);
  const memory = createKindMemory(where);
  const moments = createMoments();
  const scratch = createScratch();
  return {
    add(data, kind, selected, fail) {
      memory.see(kind);
      // Booleans are labels of one kind or the other.
      if (task === 'binary' && data.type.typeId === Type.Bool && data.nullCount === 0) return;
      const numbers = viewNumbers(data, scratch(data.length));
      const bad = task === 'binary' ? firstNotBinary(numbers, selected) : firstNotFinite(numbers, selected);
      if (bad >= 0) fail(badLabel(target, data, bad));
      if (task === 'regression') moments.add(numbers, selected);
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

/** @returns the row, or -1 */
function firstNotBinary(numbers: Float64Array, selected: Uint32Array | undefined): number {
  const count = selected ? selected.length : numbers.length;
  for (let i = 0; i < count; i++) {
    const row = selected ? selected[i] : i;
    if (numbers[row] !== 0 && numbers[row] !== 1) return row;
  }
  return -1;
}

/** @returns the row, or -1 */
function firstNotFinite(numbers: Float64Array, selected: Uint32Array | undefined): number {
  const count = selected ? selected.length : numbers.length;
  for (let i = 0; i < count; i++) {
    const row = selected ? selected[i] : i;
    if (!Number.isFinite(numbers[row])) return row;
  }
  return -1;
}
