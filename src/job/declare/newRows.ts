import { OptionError } from '../../errors.ts';
import { columnName, integer, oneOf } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import type { JobData, Span } from '../types.ts';
import { spanBound, spanMs } from './spanMs.ts';

/** The options of `newRows`. */
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
  checkOptions<NewRowsOptions>('newRows', options, {
    by: columnName,
    lookback: spanBound(),
    window: spanBound(1000),
    scoreWindow: spanBound(1000),
    minRows: integer({ least: 0 }),
    onReject: oneOf('advance', 'keep'),
  });
  const { by, lookback, window, scoreWindow, minRows = 1, onReject = 'advance' } = options;
  const times = { lookback, window, scoreWindow };
  const timed = Object.entries(times).find(([, span]) => span !== undefined)?.[0];
  if (by === undefined && timed) {
    throw new OptionError({
      where: `newRows: ${timed}`,
      expected: 'by, the column that says when a row belongs',
      received: `${timed} alone`,
    });
  }
  return {
    ...(by !== undefined && { by }),
    lookbackMs: lookback ? spanMs(lookback) : 0,
    ...(window && { windowMs: spanMs(window) }),
    ...(scoreWindow && { scoreWindowMs: spanMs(scoreWindow) }),
    minRows,
    onReject,
  };
}
