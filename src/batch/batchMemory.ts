import type { Engine, Vector } from '../engine/types.ts';
import type { RowLayout } from '../preprocess/types.ts';

/** Engine memory for mini-batches of one size. */
export interface BatchMemory {
  /** `[size, layout.width]`; zeros in the columns of one-hots when it is taken. */
  readonly x: Vector;
  /** `[size]` for each embedding. */
  readonly codes: readonly Int32Array[];
  readonly y: Vector;
  /** `[size]`, where the layout has weights. */
  readonly weights?: Vector;
}

/** Takes memory for mini-batches. */
export function takeBatchMemory(engine: Engine, { width, fields }: RowLayout, size: number): BatchMemory {
  return {
    x: engine.vector(size * width),
    codes: fields.filter(({ kind }) => kind === 'embedding').map(() => engine.indices(size)),
    y: engine.vector(size),
    ...(fields.some(({ kind }) => kind === 'weight') && { weights: engine.vector(size) }),
  };
}
