import { checkCount } from '../../source/checkCount.ts';
import type { JobSchedule, Span } from '../types.ts';
import { spanMs } from './spanMs.ts';

export interface OnNewDataOptions {
  /** Rows after the watermark with which the job is due; an integer, at least 1. */
  readonly minRows: number;
  /**
   * How often is looked, at least a second.
   * @default { minutes: 1 }
   */
  readonly every?: Span;
}

/**
 * Due when so many rows have come since the last decision. The job's `data` must say by which column rows are new.
 *
 * @throws OptionError where an option is out of bounds
 * @example onNewData({ minRows: 50_000 }).text //=> 'on 50000 new rows'
 */
export function onNewData({ minRows, every = { minutes: 1 } }: OnNewDataOptions): JobSchedule {
  checkCount('onNewData: minRows', minRows);
  const everyMs = spanMs('onNewData: every', every, 1000);
  return {
    kind: 'newData',
    text: `on ${minRows} new rows`,
    dueTimes: () => [],
    newData: { minRows, everyMs },
  };
}
