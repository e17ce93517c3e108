import type { Data } from 'apache-arrow';
import type { Refuse } from '../../source/column/rowError.ts';

/** What encoding has replaced or not known. */
export interface Counters {
  missing: number;
  unseen: number;
}

/** The rows of a record batch, and where their words go. */
export interface Work {
  readonly n: number;
  readonly selected: Uint32Array | undefined;
  /** Told of values that cannot be used; what is written of their rows does not matter. */
  readonly refuse: Refuse;
  readonly floats: Float32Array;
  readonly ints: Int32Array;
  readonly stride: number;
  readonly counters: Counters;
}

/** Reads one column of a record batch, and gives what writes its rows `begin ... end`, as positions among those meant. */
export type EncodeColumn = (data: Data, work: Work) => (begin: number, end: number) => void;
