import type { CatchUp } from '../types.ts';
import { shownSpan } from './shownSpan.ts';
import { shownTime } from './shownTime.ts';

export interface Overdue extends CatchUp {
  readonly now: number;
  /** A tick that is seen at most so late is on time. */
  readonly graceMs: number;
  /** The newest time that is due, be it among these or later. */
  readonly newest: number;
}

/**
 * Why a due time is missed; undefined where it shall run.
 *
 * One that is on time always runs. Of the late ones in the window `all` run, or the `latest` where nothing newer is due, or `none`.
 */
export function missedReason(dueAt: number, { now, graceMs, newest, windowMs, run }: Overdue): string | undefined {
  const late = now - dueAt;
  if (late <= graceMs) return undefined;
  const seen = `nobody was there, seen ${shownSpan(late)} late`;
  if (late > windowMs) return `${seen}; the window for catching up is ${shownSpan(windowMs)}`;
  if (run === 'none') return `${seen}; nothing is caught up`;
  if (run === 'latest' && dueAt < newest) return `${seen}; the tick of ${shownTime(newest)} catches up`;
  return undefined;
}
