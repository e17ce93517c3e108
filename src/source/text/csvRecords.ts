import { BadRecord } from './badRecord.ts';
import { BARE, type Cells, createCells, ESCAPED, QUOTED } from './cells.ts';
import { nextLine } from './nextLine.ts';
import type { RecordFinder } from './recordBlocks.ts';

/** How lines are cut into values. */
export interface CsvDialect {
  /** One or several bytes between two values. */
  readonly delimiter: Uint8Array;
  /** The byte around values that hold delimiters, line ends or, doubled, itself; -1 for none. */
  readonly quote: number;
  /** The byte with which a line begins that is passed over; -1 for none. */
  readonly comment: number;
  /** Whether spaces and tabs around values are dropped. */
  readonly trim: boolean;
  /** Which columns may hold line ends: those of text. All when absent. */
  readonly texts?: readonly boolean[];
}

export interface CsvRecords extends RecordFinder {
  /** The values of the first record, whatever their number, and the offset after it; undefined where it is not whole. */
  first(
    bytes: Uint8Array,
    start: number,
    end: number,
    last: boolean,
  ): { readonly values: readonly string[]; readonly next: number } | undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** What `record` answers besides an offset. */
const INCOMPLETE = -1;
const AFTER_QUOTE = -2;
const UNCLOSED = -3;
const SPANS_LINES = -4;

/** The most values that are looked for in a header. */
const widest = 1 << 16;

/**
 * Finds the records of comma-separated values. A line ends with LF, CR LF or CR; an empty one is passed over; a quote
 * that does not begin a value is a part of it.
 *
 * A record is bad where it has too many or too few values, its quotes do not come out right, or a value that is no text spans lines. It is so
 * up to the end of its first line, wherever that was noticed: the lines after it are records of their own, and none is lost to a quote
 * too much.
 *
 * @see RFC 4180
 */
export function createCsvRecords({ delimiter, quote, comment, trim, texts }: CsvDialect): CsvRecords {
  const comma = delimiter[0]!;
  const isLong = delimiter.length > 1;
  /** Values of the last record, and the byte at which one was wrong. */
  let found = 0;
  let wrongAt = 0;
  let hasQuotes = false;

  function isDelimiter(bytes: Uint8Array, at: number, end: number): boolean {
    if (at + delimiter.length > end) return false;
    for (let i = 1; i < delimiter.length; i++) if (bytes[at + i] !== delimiter[i]) return false;
    return true;
  }

  /** Finds the values of one record; the offset after its line end, or why there is none. */
  function record(bytes: Uint8Array, start: number, end: number, last: boolean, cells: Cells, first: number): number {
    const { starts, ends, kinds } = cells;
    let at = start;
    let cell = first;
    hasQuotes = false;
    for (;;) {
      if (trim) while (at < end && (bytes[at] === SPACE || bytes[at] === TAB) && bytes[at] !== comma) at++;
      if (at < end && bytes[at] === quote) {
        const open = at++;
        hasQuotes = true;
        starts[cell] = at;
        let kind = QUOTED;
        for (;;) {
          while (at < end && bytes[at] !== quote) at++;
          if (at >= end) {
            wrongAt = open;
            return last ? UNCLOSED : INCOMPLETE;
          }
          if (at + 1 < end) {
            if (bytes[at + 1] !== quote) break;
            kind = ESCAPED;
            at += 2;
          } else if (last) break;
          else return INCOMPLETE;
        }
        ends[cell] = at++;
        kinds[cell] = kind;
        if (trim) while (at < end && (bytes[at] === SPACE || bytes[at] === TAB) && bytes[at] !== comma) at++;
        const byte = bytes[at];
        if (at < end && byte !== LF && byte !== CR && !(byte === comma && (!isLong || isDelimiter(bytes, at, end)))) {
          // The rest of a long delimiter may be yet to come.
          if (!last && byte === comma && at + delimiter.length > end) return INCOMPLETE;
          wrongAt = at;
          return AFTER_QUOTE;
        }
      } else {
        starts[cell] = at;
        for (; at < end; at++) {
          const byte = bytes[at]!;
          if (byte === comma) {
            if (!isLong || isDelimiter(bytes, at, end)) break;
          } else if (byte === LF || byte === CR) break;
        }
        let stop = at;
        if (trim) while (stop > starts[cell]! && (bytes[stop - 1] === SPACE || bytes[stop - 1] === TAB)) stop--;
        ends[cell] = stop;
        kinds[cell] = BARE;
      }
      cell++;
      if (at >= end) {
        found = cell - first;
        return last ? end : INCOMPLETE;
      }
      const byte = bytes[at];
      if (byte === LF || byte === CR) {
        found = cell - first;
        if (byte === LF) return at + 1;
        if (at + 1 < end) return bytes[at + 1] === LF ? at + 2 : at + 1;
        return last ? end : INCOMPLETE;
      }
      at += delimiter.length;
    }
  }

  /** Whether a value of the last record spans lines where none may. */
  function spansLines(bytes: Uint8Array, { starts, ends, kinds }: Cells, first: number): boolean {
    if (!texts) return false;
    for (let i = 0; i < found; i++) {
      const cell = first + i;
      if (texts[i] || kinds[cell] === BARE) continue;
      for (let at = starts[cell]!; at < ends[cell]!; at++) {
        if (bytes[at] !== LF && bytes[at] !== CR) continue;
        wrongAt = starts[cell]! - 1;
        return true;
      }
    }
    return false;
  }

  /** The offset of the next record; before empty lines and comments whose end is not there. */
  function between(bytes: Uint8Array, start: number, end: number, last: boolean): number {
    let at = start;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte === LF) at++;
      else if (byte === CR) {
        if (at + 1 === end && !last) return at;
        at += bytes[at + 1] === LF && at + 1 < end ? 2 : 1;
      } else if (byte === comment) {
        let stop = at;
        while (stop < end && bytes[stop] !== LF && bytes[stop] !== CR) stop++;
        if (stop === end) return last ? end : at;
        at = stop;
      } else break;
    }
    return at;
  }

  function isWaiting(bytes: Uint8Array, at: number, end: number): boolean {
    // Only `between` stops at these, for want of more.
    return at >= end || bytes[at] === CR || bytes[at] === comment;
  }

  function failure(problem: number, begin: number, next: number): BadRecord {
    if (problem === SPANS_LINES) {
      const hint = "Is a quote too much, or the column's type 'string'";
      return new BadRecord(wrongAt, 'a value in one line', 'one in several', hint, { begin, next });
    }
    if (problem === UNCLOSED) {
      return new BadRecord(
        wrongAt,
        'a quote at the end of the value',
        'the end of the file',
        'Give quote: null where quotes mean nothing',
        { begin, next },
      );
    }
    return new BadRecord(
      Math.max(begin, wrongAt),
      'a delimiter or a line end after the quote that ends a value',
      'something else',
      'A quote inside of quotes is written twice',
      { begin, next },
    );
  }

  function miscount(width: number, begin: number, next: number): BadRecord {
    const hint = 'Check delimiter and quote, and whether a value holds a delimiter';
    return new BadRecord(begin, `${width} values, one for each column`, `${found}`, hint, { begin, next });
  }

  return {
    first(bytes, start, end, last) {
      const at = between(bytes, start, end, last);
      if (isWaiting(bytes, at, end)) return undefined;
      const cells = createCells(widest, 1);
      const next = record(bytes, at, end, last, cells, 0);
      if (next === INCOMPLETE) return undefined;
      if (next < 0) throw failure(next, at, end);
      const decoder = new TextDecoder();
      const values = Array.from({ length: Math.min(found, widest) }, (_, i) => {
        const text = decoder.decode(bytes.subarray(cells.starts[i], cells.ends[i]));
        return cells.kinds[i] === ESCAPED
          ? text.replaceAll(String.fromCharCode(quote).repeat(2), String.fromCharCode(quote))
          : text;
      });
      return { values, next };
    },
    find(bytes, start, end, last, cells, limit) {
      const { width, rowStarts, rowEnds } = cells;
      let at = start;
      let { rows } = cells;
      while (rows < limit) {
        at = between(bytes, at, end, last);
        if (isWaiting(bytes, at, end)) break;
        let next = record(bytes, at, end, last, cells, rows * width);
        if (next === INCOMPLETE) break;
        if (next >= 0 && found === width && hasQuotes && spansLines(bytes, cells, rows * width)) next = SPANS_LINES;
        if (next < 0 || found !== width) {
          // The rows before it are given first.
          if (rows > 0) break;
          const line = nextLine(bytes, at, end, last);
          if (line < 0) break;
          throw next < 0 ? failure(next, at, line) : miscount(width, at, line);
        }
        rowStarts[rows] = at;
        rowEnds[rows++] = next;
        at = next;
      }
      cells.rows = rows;
      return at;
    },
  };
}
