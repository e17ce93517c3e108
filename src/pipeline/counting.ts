import type { Cursor } from '../types.ts';

/** What encoding has replaced or not known. */
export interface Counters {
  missing: number;
  unseen: number;
}

/** Counts over breaks: what was read ahead and not trained on is read again, and must not be counted twice. */
export interface Counting {
  /** What encoding adds to. */
  readonly counters: Counters;
  /** Called before the record batch at a cursor is encoded. */
  mark(cursor: Cursor): void;
  /** The counts as they were before the record batch at a cursor; as they are where none was marked there. */
  before(cursor: Cursor): Readonly<Counters>;
  /** What has been counted since before the record batch at a cursor. */
  since(cursor: Cursor): Readonly<Counters>;
  /** All that was counted has been trained on: no place before it will be asked for. */
  settle(): void;
  /** Puts the counts to what they were. */
  restore(counters: Readonly<Counters>): void;
}

export function createCounting(): Counting {
  const counters: Counters = { missing: 0, unseen: 0 };
  /** By the cursors' JSON: one that comes from a checkpoint is another object. */
  let marks: (Counters & { readonly cursor: string })[] = [];
  function before(cursor: Cursor): Readonly<Counters> {
    const key = JSON.stringify(cursor);
    const index = marks.findLastIndex((mark) => mark.cursor === key);
    if (index < 0) return { ...counters };
    // Training does not go back behind a place that it asks for.
    marks = marks.slice(index);
    const { missing, unseen } = marks[0];
    return { missing, unseen };
  }

  return {
    counters,
    mark(cursor) {
      marks.push({ cursor: JSON.stringify(cursor), ...counters });
    },
    before,
    since(cursor) {
      const { missing, unseen } = before(cursor);
      return { missing: counters.missing - missing, unseen: counters.unseen - unseen };
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
