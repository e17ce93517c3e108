import { takeBatchMemory } from '../batch/batchMemory.ts';
import { createGatherer } from '../batch/gatherer.ts';
import { type Rows, SEGMENT_ROWS } from '../batch/types.ts';
import type { Engine } from '../engine/types.ts';
import type { Layer } from '../network/layer.ts';
import { compileNetwork } from '../network/network.ts';
import type { RowLayout } from '../preprocess/types.ts';
import type { Saved } from './savedState.ts';
import { takeParameters } from './takeParameters.ts';

/** A network with the parameters of a checkpoint. */
export interface LoadedNetwork {
  /** Units of the last layer. */
  readonly outputs: number;
  /**
   * What the network gives for encoded rows, `[n, outputs]`, in an array of its own.
   *
   * @param words `[n, layout.words]`
   * @param y gets the targets, `[n]`, where the rows have some
   */
  run(words: Float32Array, n: number, y?: Float64Array): Float64Array;
}

/** Rows that go through the network at once. */
const ROWS = 512;

const place = { epoch: 0, window: 0, cursor: null, skip: 0 };
const position = { ...place, offset: 0 };

/**
 * Compiles a network to be used, and takes all memory that it will need.
 *
 * @throws ShapeError where two layers do not fit
 * @throws ResumeError where the checkpoint lacks a parameter, or has it in another shape
 */
export function loadedNetwork(
  saved: Pick<Saved, 'path' | 'tensors'>,
  {
    layers,
    layout,
    engine,
  }: { readonly layers: readonly Layer[]; readonly layout: RowLayout; readonly engine: Engine },
): LoadedNetwork {
  const network = compileNetwork({ layers, layout, engine, batch: ROWS, seed: 0 });
  takeParameters(network, saved);
  const { outputs } = network;
  const memory = takeBatchMemory(engine, layout, ROWS);
  const gatherer = createGatherer(layout, memory);
  const size = SEGMENT_ROWS * layout.words;
  return {
    outputs,
    run(words, n, y) {
      const segments = Array.from({ length: Math.ceil(n / SEGMENT_ROWS) }, (_, i) =>
        words.subarray(i * size, Math.min(n * layout.words, (i + 1) * size)),
      );
      const rows: Rows = { layout, length: n, segments, place };
      const gather = gatherer.from(rows);
      const output = new Float64Array(n * outputs);
      for (let at = 0; at < n; at += ROWS) {
        const count = Math.min(ROWS, n - at);
        gather(at, count);
        const given = network.forward({ n: count, ...memory, position }, 'inference');
        output.set(given.subarray(0, count * outputs), at * outputs);
        y?.set(memory.y.subarray(0, count), at);
      }
      return output;
    },
  };
}
