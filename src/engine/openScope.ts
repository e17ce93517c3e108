import type { Engine, EngineScope, Vector } from './types.ts';

/**
 * Opens a part of an engine's memory that is given back at once: for what is not needed as long as the engine lives, as a network that
 * predicts once, or the mini-batches of a subscription.
 *
 * @param engine where the arrays are taken; a scope, too
 * @example openScope(openEngine('reference')).vector(3).length //=> 3
 */
export function openScope(engine: Engine): EngineScope {
  const taken = new Set<Vector | Int32Array>();
  const keep = <T extends Vector | Int32Array>(array: T): T => {
    taken.add(array);
    return array;
  };
  // What a scope around this one has given back is no longer this one's.
  const release = (array: Vector | Int32Array) => {
    if (taken.delete(array)) engine.release(array);
  };
  return {
    ...engine,
    vector: (length) => keep(engine.vector(length)),
    indices: (length) => keep(engine.indices(length)),
    release,
    close() {
      for (const array of taken) release(array);
    },
  };
}
