import type { MiniBatch } from '../../src/batch/types.ts';
import type { Engine } from '../../src/engine/types.ts';
import type { RowLayout } from '../../src/preprocess/types.ts';

/** A layout of `width` numbers, and of the given embeddings after them. */
export function layoutOf(width: number, ...embeddings: { size: number; width: number }[]): RowLayout {
  let column = width;
  const fields = embeddings.map((embedding, i) => {
    const field = { kind: 'embedding', name: `e${i}`, word: width + i, column, ...embedding } as const;
    column += embedding.width;
    return field;
  });
  const words = width + embeddings.length;
  return {
    words: words + 1,
    width: column,
    fields: [
      { kind: 'numbers', name: 'x', word: 0, column: 0, count: width },
      ...fields,
      { kind: 'target', name: 'y', word: words },
    ],
  };
}

/** A mini-batch in the engine's memory; rows of `x` are as wide as the layout, embeddings included. */
export function miniBatchOf(
  engine: Engine,
  x: readonly (readonly number[])[],
  y: readonly number[],
  codes: readonly (readonly number[])[] = [],
): MiniBatch {
  const n = x.length;
  const input = engine.vector(n * (x[0]?.length ?? 0));
  input.set(x.flat());
  const target = engine.vector(y.length);
  target.set(y);
  return {
    kind: 'step',
    epoch: 0,
    n,
    x: input,
    codes: codes.map((list) => {
      const indices = engine.indices(list.length);
      indices.set(list);
      return indices;
    }),
    y: target,
    position: { epoch: 0, window: 0, cursor: null, skip: 0, offset: n },
  };
}
