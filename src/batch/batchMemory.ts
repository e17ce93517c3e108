import type { Engine, RowLayout, Vector } from '../types.ts';

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

const free = new WeakMap<Engine, Map<string, BatchMemory[]>>();

/**
 * Takes memory for mini-batches until `release`. Engine memory is for life, so what is released is given to the next that asks for the
 * same shape: an epoch takes no memory that the one before had.
 */
export function takeBatchMemory(engine: Engine, layout: RowLayout, size: number) {
  const embeddings = layout.fields.filter(({ kind }) => kind === 'embedding').length;
  const weighted = layout.fields.some(({ kind }) => kind === 'weight');
  const shape = `${size} ${layout.width} ${embeddings} ${weighted}`;
  const shapes = free.get(engine) ?? new Map<string, BatchMemory[]>();
  free.set(engine, shapes);
  const unused = shapes.get(shape) ?? [];
  shapes.set(shape, unused);
  const memory: BatchMemory = unused.pop() ?? {
    x: engine.vector(size * layout.width),
    codes: Array.from({ length: embeddings }, () => engine.indices(size)),
    y: engine.vector(size),
    ...(weighted && { weights: engine.vector(size) }),
  };
  memory.x.fill(0);
  return { memory, release: () => void unused.push(memory) };
}
