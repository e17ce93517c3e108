import type { Json } from '../json.ts';

/** A named array of a checkpoint. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** All that a run needs to go on. Its arrays are copies: they stay as they are. */
export interface Snapshot {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Counters, place, description of the pipeline, frozen preprocessing: plain JSON. */
  readonly state: { readonly [key: string]: Json };
}
