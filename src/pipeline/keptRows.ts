import type { EncodedBatch } from '../preprocess/encode.ts';
import type { Counters } from '../preprocess/encodeColumn.ts';
import type { Rows } from '../types.ts';
import type { KeptReading } from './keepReading.ts';

/**
 * Encoded rows that are still in memory when they are needed again, so that they are not read again. A run ends with the same bits
 * with them and without: a run that was resumed has none at first.
 */
export interface KeptRows {
  /** What was read for fitting, until the first epoch has taken it. */
  reading?: KeptReading;
  /** The training side, where it fits into one window. */
  training?: KeptWindow;
  /** The held-out rows as `encode` gives them, where they are few. */
  heldOut?: readonly EncodedBatch[];
  /** What encoding the rows on disk has replaced or not known. */
  dealt?: Readonly<Counters>;
}

/** A window that holds all rows of an epoch. */
export interface KeptWindow {
  readonly rows: Rows;
  /** What encoding it has replaced or not known. */
  readonly counts: Readonly<Counters>;
}
