import { referenceUpdates, type UpdateName, type Updates, updateNames } from '../reference/referenceUpdates.ts';
import type { Vector } from '../types.ts';
import type { KernelExports } from './kernelExports.ts';
import type { WasmMemory } from './wasmMemory.ts';

/** What the compiled kernels get of an update, in their order: its vectors, those that may be missing last, and its numbers. */
export function argumentsOf(name: UpdateName): {
  readonly vectors: readonly string[];
  readonly terms: readonly string[];
} {
  const { needed, kept, terms } = referenceUpdates[name];
  return { vectors: [...needed, ...kept], terms };
}

type Given = Readonly<Record<string, Vector | undefined>>;
type Values = Readonly<Record<string, number>>;

/** The updates of optimizers over arrays, from those over byte offsets. A vector at 0 is one that is not kept. */
export function wasmUpdates(compiled: KernelExports, { offsetOf }: Pick<WasmMemory, 'offsetOf'>): Updates {
  const updates = updateNames.map((name, number) => {
    const { vectors, terms } = argumentsOf(name);
    const [v0, v1, v2, v3, v4] = vectors as [string, string, ...string[]];
    const [t0, t1, t2, t3, t4, t5, t6, t7] = terms;
    const at = (array: Vector | undefined) => (array ? offsetOf(array) : 0);
    // Each name is looked up in a place of its own, which the runtime makes fast; none is looked up that is not there.
    const update = (given: Given, length: number, values: Values) => {
      compiled.update(
        number,
        length,
        at(given[v0]),
        at(given[v1]),
        v2 === undefined ? 0 : at(given[v2]),
        v3 === undefined ? 0 : at(given[v3]),
        v4 === undefined ? 0 : at(given[v4]),
        t0 === undefined ? 0 : values[t0],
        t1 === undefined ? 0 : values[t1],
        t2 === undefined ? 0 : values[t2],
        t3 === undefined ? 0 : values[t3],
        t4 === undefined ? 0 : values[t4],
        t5 === undefined ? 0 : values[t5],
        t6 === undefined ? 0 : values[t6],
        t7 === undefined ? 0 : values[t7],
      );
    };
    return [name, update] as const;
  });
  return Object.fromEntries(updates) as unknown as Updates;
}
