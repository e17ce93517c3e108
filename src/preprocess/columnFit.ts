import type { Data } from 'apache-arrow';
import type { ColumnKind } from './columnKind.ts';

/** One column being fitted. */
export interface ColumnFit<Result> {
  /** @param rowsBefore rows of the stream before this record batch, for errors */
  add(data: Data, kind: ColumnKind, selected: Uint32Array | undefined, rowsBefore: number): void;
  finish(): Result;
}
