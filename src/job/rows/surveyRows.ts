import { batchRows } from '../../source/combine/sliceBatch.ts';
import type { Batch, ColumnRange, OpenOptions, Source } from '../../source/types.ts';
import type { DataRanges, TimeRange } from './dataRanges.ts';
import { createRangeHash, rangeSource } from './rangeSource.ts';
import { selectRange } from './selectRange.ts';

export interface SurveyOptions {
  /** The column that says when a row belongs; undefined where all rows belong to every run. */
  readonly by: string | undefined;
  readonly ranges: DataRanges;
  /** All columns that will be read. */
  readonly columns: readonly string[];
  /** What becomes of rows that cannot be read. */
  readonly badRows: OpenOptions['badRows'];
  readonly signal: AbortSignal;
  /**
   * Memory for the rows of all ranges, in bytes: where they fit they are read once.
   * @default 134217728
   */
  readonly keepBytes?: number;
}

/** What there is for a run. */
export interface Survey {
  readonly newRows: number;
  /** The greatest time among them; null for none and without `by`. */
  readonly newest: number | null;
  /** The least and the greatest time among the rows of the training range, those held out among them; null for none and without `by`. */
  readonly dataFrom: number | null;
  readonly dataTo: number | null;
  /** Rows in the training range, those held out among them. */
  readonly trainRows: number;
  readonly train: Source;
  readonly score: Source;
}

/** Reads all rows that a run may see, once: counts them, and gives sources of those that are trained and scored on. */
export async function surveyRows(source: Source, options: SurveyOptions): Promise<Survey> {
  const { by, ranges, columns, badRows, signal, keepBytes = 128 * 2 ** 20 } = options;
  if (by === undefined) {
    const rows = (await source.rows(signal)) ?? (await countRows(source, { signal, badRows }));
    return { newRows: rows, newest: null, dataFrom: null, dataTo: null, trainRows: rows, train: source, score: source };
  }
  const on = (range: TimeRange): ColumnRange => ({ column: by, ...range });
  const { fresh, train, score } = ranges;
  const all = on({ after: Math.min(fresh.after, train.after, score.after), until: train.until });
  const part = JSON.stringify(await source.fingerprint(signal));
  const hash = createRangeHash(on(train));
  let kept: Batch[] | undefined = [];
  let [bytes, newRows, trainRows] = [0, 0, 0];
  let newest = Number.NEGATIVE_INFINITY;
  let [dataFrom, dataTo] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const inner = { signal, columns, badRows };
  for await (const batch of source.openRange?.(all, inner) ?? source.open(inner)) {
    const { batch: selected } = selectRange(batch, all);
    if (!selected) continue;
    const found = selectRange(selected, on(fresh));
    newRows += found.rows;
    newest = Math.max(newest, found.greatest);
    const trained = selectRange(selected, on(train));
    if (trained.batch) hash.add(trained.batch);
    trainRows += trained.rows;
    dataFrom = Math.min(dataFrom, trained.least);
    dataTo = Math.max(dataTo, trained.greatest);
    bytes += selected.records.data.byteLength;
    if (bytes > keepBytes) kept = undefined;
    kept?.push(selected);
  }
  signal.throwIfAborted();
  // The source may have changed while it was read: the fingerprint is then made anew when it is asked for.
  const known = { part, fingerprint: hash.fingerprint() };
  const read = kept && replay(source, kept, columns);
  return {
    newRows,
    newest: newRows > 0 ? newest : null,
    dataFrom: trainRows > 0 ? dataFrom : null,
    dataTo: trainRows > 0 ? dataTo : null,
    trainRows,
    train: rangeSource(source, { range: on(train), columns, badRows, read, known }),
    score: rangeSource(source, { range: on(score), columns, badRows, read }),
  };
}

/** Gives record batches that are in memory as the source would; nothing where other columns are asked for than they have. */
function replay(
  source: Source,
  kept: readonly Batch[],
  columns: readonly string[],
): (options: OpenOptions) => AsyncIterable<Batch> | undefined {
  const places = new Map(kept.map(({ cursor }, index) => [JSON.stringify(cursor), index]));
  async function* open(options: OpenOptions): AsyncGenerator<Batch> {
    const { from = null, signal } = options;
    const begin = from === null ? 0 : places.get(JSON.stringify(from));
    if (begin === undefined) {
      yield* source.open(options);
      return;
    }
    for (const batch of kept.slice(begin)) {
      signal.throwIfAborted();
      yield batch;
    }
  }
  return (options) => (options.columns?.every((column) => columns.includes(column)) ? open(options) : undefined);
}

async function countRows(source: Source, options: OpenOptions): Promise<number> {
  let rows = 0;
  for await (const batch of source.open({ ...options, columns: [] })) rows += batchRows(batch);
  return rows;
}
