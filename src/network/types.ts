import type { Vector } from '../engine/types.ts';

/** Where one parameter lies in the flat vector. */
export interface ParameterPlace {
  /** Layer and name: `2.dense.w`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

/** `training` uses batch statistics and drops units; `inference` does not. */
export type Mode = 'training' | 'inference';

/** What a network is run on: `n` rows in engine memory, as a mini-batch has them. */
export interface NetworkInput {
  readonly n: number;
  /** `[n, layout.width]`; the columns of embeddings are filled by the network. */
  readonly x: Vector;
  /** One `[n]` of codes for each embedding, in the order of the layout. */
  readonly codes: readonly Int32Array[];
  /** Names the rows among all that are trained on, for random numbers. */
  readonly position: { readonly epoch: number; readonly window: number; readonly offset: number };
}
