import type { Engine, MiniBatch, RowLayout } from '../../src/operators.ts';

/** Rows of `width` numbers, and a target. */
export function columns(width: number): RowLayout {
  return {
    words: width + 1,
    width,
    fields: [
      { kind: 'numbers', name: 'x', word: 0, column: 0, count: width },
      { kind: 'target', name: 'y', word: width },
    ],
  };
}

/** All rows in one mini-batch: what `miniBatch` makes of a stream, for rows that are there already. */
export function fullBatch(engine: Engine, x: readonly (readonly number[])[], y: readonly number[]): MiniBatch {
  const n = x.length;
  const input = engine.vector(n * x[0].length);
  input.set(x.flat());
  const target = engine.vector(n);
  target.set(y);
  return {
    kind: 'step',
    epoch: 0,
    n,
    x: input,
    codes: [],
    y: target,
    position: { epoch: 0, window: 0, cursor: null, skip: 0, offset: n },
  };
}
