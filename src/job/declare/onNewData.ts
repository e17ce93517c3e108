import { integer, required } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import type { JobSchedule, Span } from '../types.ts';
import { spanBound, spanMs } from './spanMs.ts';

/** The options of `onNewData`. */
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
export function onNewData(options: OnNewDataOptions): JobSchedule {
  checkOptions<OnNewDataOptions>('onNewData', options, {
    minRows: required(integer({ least: 1 })),
    every: spanBound(1000),
  });
  const { minRows, every = { minutes: 1 } } = options;
  const everyMs = spanMs(every);
  return {
    kind: 'newData',
    text: `on ${minRows} new rows`,
    dueTimes: () => [],
    newData: { minRows, everyMs },
  };
}
