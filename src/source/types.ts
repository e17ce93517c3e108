import type { RecordBatch, Schema } from 'apache-arrow';
import type { Json } from '../json.ts';
import type { ColumnType, ListType } from './text/columnType.ts';

/** A place in a source, opaque to all but that source; plain JSON. `null` is its beginning. */
export type Cursor = Json;

/** A record batch and its place: `open({ from: cursor })` begins with the first row of `records`. */
export interface Batch {
  readonly records: RecordBatch;
  readonly cursor: Cursor;
  /** The rows of `records` that are meant, ascending; all of them when absent. */
  readonly selected?: Uint32Array;
  /** Rows that were to be in `selected` and cannot be used; none when absent. */
  readonly refused?: readonly BadRow[];
  /** Where the rows of `records` stand; unknown when absent. */
  readonly origin?: RowOrigin;
  /** Whether the source has given its rows before: they are not counted, nor told of, again. */
  readonly isRepeated?: boolean;
  /** Gives the memory of `records` back, of which nobody looks at anything any more; absent where others hold it, too. */
  release?(): void;
}

/** Where the rows of a record batch stand, for people. */
export interface RowOrigin {
  /** The path of their file, or the name of their source where there is none. */
  readonly file: string;
  /** The number in that file of a row of the record batch, from 0; rows that cannot be used count. */
  row(at: number): number;
  /** The byte of the text, decompressed and as UTF-8, at which it begins; where the format is text. */
  byte?(at: number): number;
  /** Whether the source does not tell, and rows were numbered as they came: in another reading they may have other numbers. */
  readonly isCounted?: boolean;
}

/** A row that cannot be used, why, and where it is to be found. */
export interface BadRow extends BadRowContent {
  /** The row of its record batch that it is or would have been. */
  readonly at: number;
  /** As in `RowOrigin`, and the number that `row` gives. */
  readonly file: string;
  readonly row: number;
  readonly byte?: number;
  /** What was expected and what came, in one sentence without a full stop. */
  readonly reason: string;
}

/** What stands in a row that cannot be used: one of these. */
export interface BadRowContent {
  /** Its text without the line end, 64 KiB of it at the most. */
  readonly text?: string;
  /** The same where it is not in UTF-8: its bytes, in base64. */
  readonly base64?: string;
  /** Its values in the columns that are read or derived, where it is not text. */
  readonly values?: { readonly [column: string]: Json };
}

/** Says something in a line for people; a warning by default. */
export type Tell = (line: string, level?: 'info' | 'warn') => void;

/** How a source is to be read. */
export interface OpenOptions {
  /** Ends the reading within a second, also while waiting for data. */
  readonly signal: AbortSignal;
  /** Where to begin; the source's beginning by default. */
  readonly from?: Cursor;
  /** The only columns that are read, in this order; all by default. */
  readonly columns?: readonly string[];
  /**
   * What becomes of a row that cannot be read: the error that says so, or a place in `refused` of its record batch.
   * @default 'throw'
   */
  readonly badRows?: 'throw' | 'return';
  /**
   * Gives rows as soon as no more bytes are there, rather than wait until a record batch is full: of text that comes from a pipe. Record batches are then
   * cut by chance.
   * @default false
   */
  readonly asTheyCome?: boolean;
  /**
   * The cursor of the last record batch of which rows have been made use of; null for none. Up to its end, rows that come again must be
   * what they were; those after it may have become others, where they come without an end.
   * @default all that come again must be what they were
   */
  readonly used?: Cursor;
  /**
   * Receives warnings, a line of text each: files that are passed over, a filter that keeps nothing.
   * @default a warning of the process
   */
  readonly tell?: Tell;
}

/** Rows whose number in a column is above `after` and at most `until`. Points in time are milliseconds since 1970 UTC. */
export interface ColumnRange {
  readonly column: string;
  /** May be -Infinity. */
  readonly after: number;
  /** May be Infinity. */
  readonly until: number;
}

/** How a source reads: plain JSON, to be shown, kept with a model and compared. Where it reads is no part of it. */
export interface Reading {
  /** What the user calls its reader: `csv`, `parquet`. */
  readonly format: string;
  /** The options that were given to it. */
  readonly options: { readonly [option: string]: Json };
  /** What chooses rows by what is in them, the innermost first; none when absent. */
  readonly filters?: readonly Json[];
}

/** Types of columns by name, where the format has none of its own. */
export interface TextTypes {
  readonly [column: string]: ColumnType | ListType;
}

/** What shall be other than it is in a source; what is not named stays. */
export interface SourceChange {
  /** The path or the address of what is read instead, all of it. */
  readonly place?: string;
  /** The format that is there. A source of another one leaves the place to `read`, as one does that has no place. */
  readonly format?: string;
  /** Reads a place that the source has no way to read. */
  readonly read?: (place: string) => Source;
  /** Options of the reader, put over those that it has. */
  readonly options?: { readonly [option: string]: Json };
  /**
   * The types that columns have had, where a text has none and none are given: so a column of a few rows is what it was when there were many.
   * One of integers may be told to be of numbers with decimal places, all the same. Of columns that are not there nothing is said.
   */
  readonly types?: TextTypes;
}

/** Bytes to record batches. Lazy; the same source opened twice gives the same rows in the same order. */
export interface Source {
  /** The format and the place, as in an error: `parquet data/flights.parquet`. */
  readonly name: string;
  /** Whether it has no end, so that it is not read through before training. */
  readonly unbounded?: boolean;
  /** Whether its rows can be had only once, as those of a pipe: not for another epoch, nor after a break. */
  readonly once?: boolean;
  /** The columns there are, without reading rows. */
  schema(signal?: AbortSignal): Promise<Schema>;
  /** The number of rows, or undefined where only reading would tell. */
  rows(signal?: AbortSignal): Promise<number | undefined>;
  /** Those that it is made of, in the order of their fingerprints in its own; absent where it is made of none. */
  parts?(signal?: AbortSignal): Promise<readonly Source[]>;
  /** Changes when the content does: sizes, footers, hashes. Never a path alone, nor a time. */
  fingerprint(signal?: AbortSignal): Promise<Json>;
  open(options: OpenOptions): AsyncIterable<Batch>;
  /** How it reads; absent where that is nothing that could be said in JSON, or not known yet. */
  readonly reading?: Reading | undefined;
  /**
   * The same source but for what is named: above all, what reads another place in the same way. Absent where a source has no place, nor is
   * made of others.
   *
   * @throws OptionError where it reads in several ways, or an option is out of bounds
   */
  with?(change: SourceChange): Source;
  /**
   * As `open`, but record batches may be left out in which no row is in the range, as far as that is known without reading them. The
   * others come whole, cut and with cursors as from `open`: who asks must still select. Absent where nothing can be known.
   */
  openRange?(range: ColumnRange, options: OpenOptions): AsyncIterable<Batch>;
}

/** How far a source has been read, for something else than the next step. */
export interface ReadingProgress {
  /** What for: `fitting`. */
  readonly what: string;
  readonly rows: number;
  /** Undefined where the source cannot tell. */
  readonly totalRows: number | undefined;
}

/** Told while a source is read, with undefined when that is over, however it has ended. */
export type OnReading = (progress: ReadingProgress | undefined) => void;
