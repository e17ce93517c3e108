import { OptionError } from '../../errors.ts';
import { checkCount } from '../../source/checkCount.ts';
import type { JobData, Span } from '../types.ts';
import { spanMs } from './spanMs.ts';

export interface NewRowsOptions {
  /**
   * A column of the source that says when a row belongs: dates, times, or numbers that are milliseconds since 1970 UTC. Rows where it is
   * null belong to no run.
   * @default none: every run sees all rows
   */
  readonly by?: string;
  /**
   * Rows this much older than the watermark are trained on again, since they may have come late.
   * @default nothing
   */
  readonly lookback?: Span;
  /**
   * Rows of so long before a run's due time are trained on.
   * @default those since the watermark, less `lookback`
   */
  readonly window?: Span;
  /**
   * Models are scored on the held-out rows of so long before a run's due time.
   * @default those among the rows that are trained on
   */
  readonly scoreWindow?: Span;
  /**
   * Fewer rows after the watermark than this are a skip; an integer, at least 0.
   * @default 1
   */
  readonly minRows?: number;
  /**
   * What a rejected candidate does to the watermark: `advance`, its rows count as seen; `keep`, they are new again next time.
   * @default 'advance'
   */
  readonly onReject?: 'advance' | 'keep';
}

/**
 * Says which rows a run sees. A run that is due at `t` sees rows up to `t`; those after the watermark are new. The watermark moves to `t`
 * when the run's model has been decided on.
 *
 * @throws OptionError where an option is out of bounds, or one of time is given without `by`
 * @example newRows({ by: 'date', window: { days: 90 } }).windowMs //=> 7776000000
 */
export function newRows(options: NewRowsOptions = {}): JobData {
  const { by, lookback, window, scoreWindow, minRows = 1, onReject = 'advance' } = options;
  if (by !== undefined && (typeof by !== 'string' || by === '')) {
    throw new OptionError({ where: 'newRows: by', expected: 'the name of a column', received: JSON.stringify(by) });
  }
  const times = { lookback, window, scoreWindow };
  const timed = Object.entries(times).find(([, span]) => span !== undefined)?.[0];
  if (by === undefined && timed) {
    throw new OptionError({
      where: `newRows: ${timed}`,
      expected: 'by, the column that says when a row belongs',
      received: `${timed} alone`,
    });
  }
  checkCount('newRows: minRows', minRows, 0);
  if (onReject !== 'advance' && onReject !== 'keep') {
    throw new OptionError({ where: 'newRows: onReject', expected: "'advance' or 'keep'", received: `${onReject}` });
  }
  return {
    ...(by !== undefined && { by }),
    lookbackMs: lookback ? spanMs('newRows: lookback', lookback) : 0,
    ...(window && { windowMs: spanMs('newRows: window', window, 1000) }),
    ...(scoreWindow && { scoreWindowMs: spanMs('newRows: scoreWindow', scoreWindow, 1000) }),
    minRows,
    onReject,
  };
}
