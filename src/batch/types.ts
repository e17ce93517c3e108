import type { Vector } from '../engine/types.ts';
import type { RowLayout } from '../preprocess/types.ts';
import type { Cursor } from '../source/types.ts';

/**
 * Which rows are held out, in full: whoever has it finds the same rows, in any process. Plain JSON, part of every checkpoint.
 *
 *   a row is held out where hash(seed, its values in `by`) < validation, the hash taken for a number in [0, 1)
 */
export interface SplitRule {
  /** The share of rows that are held out; in `[0, 1)`. */
  readonly validation: number;
  /** Names the hash; an integer. */
  readonly seed: number;
  /** The columns whose values decide: rows that are equal in them are on the same side. */
  readonly by: readonly string[];
  /** Equal rows that are told apart all the same; none when absent. */
  readonly repeats?: Repeats;
}

/**
 * Rows that are equal, and so many that keeping them together would move the share of rows that are held out: other columns tell them apart,
 * and where these do not, their places. They are named by 18 bits of their hash.
 */
export interface Repeats {
  /** Rows that are told apart; integers in `[0, 2^18)`. */
  readonly rows: readonly number[];
  /** The columns that tell them apart. */
  readonly by: readonly string[];
  /** Of these rows, those that are equal in `by` too and told apart by their places; all of them where `by` is empty. */
  readonly places: readonly number[];
}

/** Rows in a segment: a power of two, so that a row's segment is a shift away. */
export const SEGMENT_SHIFT = 16;

/** As many rows. */
export const SEGMENT_ROWS = 1 << SEGMENT_SHIFT;

/**
 * Encoded rows: typed arrays of `SEGMENT_ROWS` rows each (the last may be shorter), row-major, `layout.words` words a row.
 * Float and integer words share the bytes: `new Int32Array(segment.buffer, segment.byteOffset, segment.length)`.
 */
export interface Rows {
  readonly layout: RowLayout;
  readonly length: number;
  readonly segments: readonly Float32Array[];
  /** The order in which the rows are given out: `order[i]` is a row. Ascending when absent. */
  readonly order?: Uint32Array;
  /** Where the first row of these stands. */
  readonly place: Place;
  /** The source's cursor of the record batch that their last row in the stream is of; unknown when absent. */
  readonly last?: Cursor;
  /**
   * Gives the memory back, to be used for rows to come: nobody may look at these any more. They belong to whoever gets them where it is
   * absent.
   */
  readonly release?: () => void;
}

/** Where a window of rows begins in the stream of an epoch. */
export interface Place {
  /** The number of the epoch, from 0; names random numbers. Events count epochs from 1, as they do steps. */
  readonly epoch: number;
  /** The number of the window in the epoch, from 0; names its permutation. */
  readonly window: number;
  /** The source's cursor of the record batch in which the window begins. */
  readonly cursor: Cursor;
  /** Selected rows of that record batch which belong to earlier windows. */
  readonly skip: number;
}

/**
 * Where training stands: rows of the window that have been trained on. It rides with the rows, so that a checkpoint at any
 * step knows its place and an operator need not be asked for its state.
 */
export interface Position extends Place {
  readonly offset: number;
  /** Rows of the window, so that one which was handed on before it was full is made of as many again; unknown when absent. */
  readonly rows?: number;
  /** The source's cursor of the record batch in which the window ends: nothing after it has been trained on. Unknown when absent. */
  readonly last?: Cursor;
}

/** `n` rows in engine memory. The arrays are borrowed: valid until the next mini-batch. */
export interface MiniBatch {
  readonly kind: 'step';
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  readonly n: number;
  /** `[n, layout.width]`; the columns of embeddings are filled by the network. */
  readonly x: Vector;
  /** One `[n]` of codes for each embedding, in the order of the layout. */
  readonly codes: readonly Int32Array[];
  /** `[n]` numbers, zeros and ones, or numbers of classes. */
  readonly y: Vector;
  /** `[n]`: what each row counts for in the loss, at least 0; all alike when absent. */
  readonly weights?: Vector;
  /** The place after the last of these rows. */
  readonly position: Position;
}
