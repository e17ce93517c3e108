import type { JobData } from '../types.ts';

/** Times above `after` and at most `until`. */
export interface TimeRange {
  readonly after: number;
  readonly until: number;
}

/** What each kind of rows of a run lies in. */
export interface DataRanges {
  /** New since the last decision: counted. */
  readonly fresh: TimeRange;
  /** Trained on, but for those that are held out. */
  readonly train: TimeRange;
  /** Scored on, where held out. */
  readonly score: TimeRange;
}

/**
 * Which rows belong to a run.
 *
 * @param watermark null before the first decision
 * @example dataRanges({ by: 'date', lookbackMs: 5, minRows: 1, onReject: 'keep' }, { dueAt: 100, watermark: 90 }).train //=> { after: 85, until: 100 }
 */
export function dataRanges(
  { lookbackMs, windowMs, scoreWindowMs }: JobData,
  { dueAt, watermark }: { readonly dueAt: number; readonly watermark: number | null },
): DataRanges {
  const since = (after: number): TimeRange => ({ after, until: dueAt });
  const seen = watermark ?? Number.NEGATIVE_INFINITY;
  const train = since(windowMs === undefined ? seen - lookbackMs : dueAt - windowMs);
  return { fresh: since(seen), train, score: scoreWindowMs === undefined ? train : since(dueAt - scoreWindowMs) };
}
