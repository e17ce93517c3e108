import type { ByteStore } from '../input/byteStore.ts';
import type { ParquetTask } from './parquetMessages.ts';
import { startParquetThread, ThreadFailure, type ThreadOptions } from './parquetThread.ts';
import { readThrift, type ThriftStruct } from './thriftReader.ts';

/** By its number in parquet.thrift. */
const LZO = 3n;

/** Whether a column is compressed by LZO, which the decoder lacks. A footer that is damaged says so of none. */
export function isLzo(footer: Uint8Array, rowGroup: number, column: string): boolean {
  try {
    const { 4: groups } = readThrift(footer);
    const { 1: chunks } = (groups as readonly ThriftStruct[])[rowGroup]!;
    return (chunks as readonly ThriftStruct[]).some(({ 3: metadata }) => {
      const { 3: path, 4: codec } = metadata as ThriftStruct;
      return codec === LZO && Buffer.from((path as readonly Uint8Array[])[0]!).toString() === column;
    });
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return false;
    throw error;
  }
}

/** What the decoder has failed at. */
export interface FailedRows {
  /** The columns that were read, at least one. */
  readonly columns: readonly string[];
  /** The number of the row group, of so many. */
  readonly rowGroup: number;
  readonly rowGroups: number;
  /** A row of it, before the one that it failed at. */
  readonly from: number;
  readonly batchRows: number;
}

/**
 * The column that a decoder fails at, which knows no more than that it did: half of the columns are read alone, then half of those that it
 * fails at.
 *
 * @returns undefined where it does not fail at any of them alone
 */
export async function failingColumn(
  store: ByteStore,
  task: Omit<ParquetTask, 'kind' | 'path' | 'rows'>,
  { columns, rowGroup, rowGroups, from, batchRows }: FailedRows,
  options: ThreadOptions,
): Promise<string | undefined> {
  const skipGroups = Array.from({ length: rowGroups }, (_, group) => group).filter((group) => group !== rowGroup);

  async function fails(columns: readonly string[]): Promise<boolean> {
    const thread = await startParquetThread(
      store,
      { ...task, rows: { columns, batchRows, from, skipGroups } },
      options,
    );
    try {
      for (;;) {
        const { kind } = await thread.next();
        if (kind !== 'records') return kind === 'error';
      }
    } catch (error) {
      if (error instanceof ThreadFailure) return !error.stalled;
      throw error;
    } finally {
      thread.end();
    }
  }

  let left = columns;
  while (left.length > 1) {
    const half = left.slice(0, left.length >> 1);
    left = (await fails(half)) ? half : left.slice(half.length);
  }
  return columns.length === 1 || (await fails(left)) ? left[0] : undefined;
}
