import { DataError } from '../errors.ts';
import { wrongSize } from './badValues.ts';
import type { ColumnFit } from './columnFit.ts';
import type { FittedVector } from './fitted.ts';
import { createKindMemory } from './kindMemory.ts';
import { createMoments } from './moments.ts';
import { noValueError } from './noValueError.ts';
import { NULL, readVectors, WRONG_SIZE } from './readVectors.ts';
import { rowError } from './rowError.ts';
import type { VectorFeature } from './vector.ts';

/** Fits a `vector` feature: mean and deviation, or the range, of all numbers together. */
export function fitVector(name: string, { size, scale, missing }: VectorFeature): ColumnFit<FittedVector> {
  const where = `vector ${name}`;
  const memory = createKindMemory(where);
  const moments = createMoments();
  const part = new Float64Array(size);
  return {
    add(data, kind, selected, rowsBefore) {
      memory.see(kind);
      const { numbers, startOf, sizeOf } = readVectors(data, size, where);
      const n = selected ? selected.length : data.length;
      for (let i = 0; i < n; i++) {
        const row = selected ? selected[i] : i;
        const start = startOf(row);
        if (start === NULL) continue;
        if (start === WRONG_SIZE) throw rowError(wrongSize(where, row, size, sizeOf(row)), rowsBefore);
        for (let k = 0; k < size; k++) part[k] = numbers[start + k];
        moments.add(part);
        if (Number.isFinite(moments.max - moments.min) || moments.count === 0) continue;
        const received = `${part.find((value) => Math.abs(value) === Number.POSITIVE_INFINITY)}`;
        throw rowError({ where, row, expected: 'finite numbers', received }, rowsBefore);
      }
    },
    finish() {
      const { count, mean, deviation, min, max } = moments;
      if (count === 0 || memory.kind === undefined) throw noValueError(where);
      const spread = scale === 'standard' ? deviation : scale === 'minMax' ? max - min : 1;
      if (!Number.isFinite(spread) || !Number.isFinite(mean)) {
        const received = `numbers from ${min} to ${max}`;
        throw new DataError({ where, expected: 'numbers whose spread float64 can hold', received });
      }
      return {
        kind: 'vector',
        name,
        type: memory.kind,
        size,
        shift: scale === 'standard' ? mean : scale === 'minMax' ? min : 0,
        scale: spread > 0 ? spread : 1,
        fill: missing === 'error' ? null : mean,
      };
    },
  };
}
