import type { Data } from 'apache-arrow';
import type { ColumnKind } from '../../source/column/columnKind.ts';
import type { Fail } from '../../source/column/rowError.ts';

/** One column being fitted. */
export interface ColumnFit<Result> {
  /** @param fail is told of a value that its use does not allow */
  add(data: Data, kind: ColumnKind, selected: Uint32Array | undefined, fail: Fail): void;
  finish(): Result;
}
