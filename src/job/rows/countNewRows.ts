import { badRowMode } from '../../pipeline/badRows/badRowMode.ts';
import type { ColumnRange } from '../../source/types.ts';
import type { Job } from '../types.ts';
import { selectRange } from './selectRange.ts';

/** Rows after the watermark and up to a time. Only the column of time is read. Without `by` all rows are new. */
export async function countNewRows(
  { pipeline, data: { by } }: Job,
  { watermark, dueAt }: { readonly watermark: number | null; readonly dueAt: number },
  signal: AbortSignal,
): Promise<number> {
  const range: ColumnRange = { column: by ?? '', after: watermark ?? Number.NEGATIVE_INFINITY, until: dueAt };
  const { source } = pipeline;
  const options = { signal, columns: by === undefined ? [] : [by], badRows: badRowMode(pipeline) };
  const batches = (by !== undefined && source.openRange?.(range, options)) || source.open(options);
  let rows = 0;
  for await (const batch of batches) {
    rows += by === undefined ? (batch.selected?.length ?? batch.records.numRows) : selectRange(batch, range).rows;
  }
  signal.throwIfAborted();
  return rows;
}
