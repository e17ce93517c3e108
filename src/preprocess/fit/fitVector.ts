import { usedAs } from '../declare/columnUses.ts';
import type { VectorFeature } from '../declare/vector.ts';
import { wrongSize } from '../encode/badValues.ts';
import { noValueError } from '../encode/noValueError.ts';
import { NULL, readVectors, WRONG_SIZE } from '../encode/readVectors.ts';
import type { ColumnFit } from './columnFit.ts';
import { fitScaling, sketchFor } from './fitScaling.ts';
import type { FittedVector } from './fitted.ts';
import { createKindMemory } from './kindMemory.ts';
import { createMoments } from './moments.ts';

/** Fits a `vector` feature: mean and deviation, or the range, of all numbers together. */
export function fitVector(name: string, { size, scale, missing }: VectorFeature): ColumnFit<FittedVector> {
  const where = usedAs('vector', name);
  const memory = createKindMemory(where);
  const moments = createMoments();
  const sketch = sketchFor(scale);
  const part = new Float64Array(size);
  return {
    add(data, kind, selected, fail) {
      memory.see(kind);
      const { numbers, startOf, sizeOf } = readVectors(data, size, where);
      const n = selected ? selected.length : data.length;
      for (let i = 0; i < n; i++) {
        const row = selected ? selected[i] : i;
        const start = startOf(row);
        if (start === NULL) continue;
        if (start === WRONG_SIZE) fail(wrongSize(where, row, size, sizeOf(row)));
        for (let k = 0; k < size; k++) part[k] = numbers[start + k];
        moments.add(part);
        sketch?.add(part);
        if (Number.isFinite(moments.max - moments.min) || moments.count === 0) continue;
        const received = `${part.find((value) => Math.abs(value) === Number.POSITIVE_INFINITY)}`;
        fail({ where, row, expected: 'finite numbers', received });
      }
    },
    finish() {
      const { count, mean } = moments;
      if (count === 0 || memory.kind === undefined) throw noValueError(where);
      const fitted = fitScaling(where, scale, moments, sketch);
      return {
        kind: 'vector',
        name,
        type: memory.kind,
        size,
        ...fitted,
        fill: missing === 'error' ? null : mean,
      };
    },
  };
}
