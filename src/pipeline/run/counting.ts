import type { RunCounters } from '../../model/types.ts';
import type { Cursor } from '../../source/types.ts';
import { noBadRows } from '../badRows/badRows.ts';

/** Counts over breaks: what was read ahead and not trained on is read again, and must not be counted twice. */
export interface Counting {
  /** What encoding and the first reading of the source add to. */
  readonly counters: RunCounters;
  /** Called before the record batch at a cursor is encoded. */
  mark(cursor: Cursor): void;
  /** The counts as they were before the record batch at a cursor; as they are where none was marked there. */
  before(cursor: Cursor): Readonly<RunCounters>;
  /** All that was counted has been trained on: no place before it will be asked for. */
  settle(): void;
  /** Puts the counts to what they were. */
  restore(counters: Readonly<RunCounters>): void;
}

export function createCounting(): Counting {
  const counters: RunCounters = { missing: 0, unseen: 0, ...noBadRows() };
  /** By the cursors' JSON: one that comes from a checkpoint is another object. */
  let marks: { readonly cursor: string; readonly counters: RunCounters }[] = [];
  return {
    counters,
    mark(cursor) {
      marks.push({ cursor: JSON.stringify(cursor), counters: { ...counters } });
    },
    before(cursor) {
      const key = JSON.stringify(cursor);
      const index = marks.findLastIndex((mark) => mark.cursor === key);
      if (index < 0) return { ...counters };
      // Training does not go back behind a place that it asks for.
      marks = marks.slice(index);
      return { ...marks[0].counters };
    },
    settle() {
      marks = [];
    },
    restore(saved) {
      Object.assign(counters, saved);
      marks = [];
    },
  };
}
