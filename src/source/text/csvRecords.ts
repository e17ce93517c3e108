import { ABSENT, BARE, BARE_ESCAPED, type Cells, createCells, ESCAPED, QUOTED } from './cells.ts';
import { AFTER_QUOTE, ESCAPED_END, failure, miscount, SPANS_LINES, UNCLOSED } from './csvFailures.ts';
import { nextLine } from './nextLine.ts';
import type { RecordFinder } from './recordBlocks.ts';
import { unescapeCsv } from './unescapeCsv.ts';

/** How lines are cut into values. */
export interface CsvDialect {
  /** One or several bytes between two values. */
  readonly delimiter: Uint8Array;
  /** The byte around values that hold delimiters, line ends or, doubled, itself; -1 for none. */
  readonly quote: number;
  /** The byte after which another one stands for itself; -1 for none. */
  readonly escape: number;
  /** The byte with which a line begins that is passed over; -1 for none. */
  readonly comment: number;
  /** Whether an empty line is a row without values, not passed over. */
  readonly emptyRows: boolean;
  /** Whether spaces and tabs around values are dropped. */
  readonly trim: boolean;
  /** Which columns may hold line ends: those of text. All when absent. */
  readonly texts?: readonly boolean[];
}

export interface CsvRecords extends RecordFinder {
  /** The values of the first record that is no empty line, whatever their number, and the offset after it; undefined where it is not whole. */
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

/** What `record` answers besides an offset or a failure: the record is not whole yet. */
const INCOMPLETE = -1;

/** The most values that are looked for in a header. */
const widest = 1 << 16;

/**
 * Finds the records of comma-separated values. A line ends with LF, CR LF or CR; a quote that does not begin a value is a part of it.
 *
 * A record is bad where it has too many or too few values, its quotes do not come out right, or a value that is no text spans lines. It is so
 * up to the end of its first line, wherever that was noticed: the lines after it are records of their own, and none is lost to a quote
 * too much.
 *
 * @see RFC 4180
 */
export function createCsvRecords(dialect: CsvDialect): CsvRecords {
  const { delimiter, quote, escape: backslash, comment, emptyRows, trim, texts } = dialect;
  const comma = delimiter[0]!;
  const isLong = delimiter.length > 1;
  /** The bytes that a bare value does not go on over unseen, by their number. */
  const halts = new Uint8Array(256);
  for (const byte of [comma, LF, CR, backslash]) if (byte >= 0) halts[byte] = 1;
  /** Values of the last record, and the byte at which one was wrong. */
  let found = 0;
  let wrongAt = 0;
  /** Whether the last record has quotes or escapes, so that a value of it may hold a line end. */
  let isCovered = false;
  /** Whether `between` has come to the end of the bytes, or stands before something whose end is not there. */
  let isWaiting = false;

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
    isCovered = false;
    for (;;) {
      if (trim) while (at < end && (bytes[at] === SPACE || bytes[at] === TAB) && bytes[at] !== comma) at++;
      if (at < end && bytes[at] === quote) {
        const open = at++;
        isCovered = true;
        starts[cell] = at;
        let kind = QUOTED;
        for (;;) {
          while (at < end && bytes[at] !== quote && bytes[at] !== backslash) at++;
          if (at < end && bytes[at] !== quote) {
            kind = ESCAPED;
            at += 2;
            if (at <= end) continue;
          }
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
        let kind = BARE;
        let least = at;
        for (;;) {
          while (at < end && halts[bytes[at]!] === 0) at++;
          if (at >= end) break;
          const byte = bytes[at];
          if (byte === backslash) {
            kind = BARE_ESCAPED;
            isCovered = true;
            wrongAt = at;
            at += 2;
            least = at;
            if (at > end) return last ? ESCAPED_END : INCOMPLETE;
          } else if (byte !== comma || !isLong || isDelimiter(bytes, at, end)) break;
          else at++;
        }
        let stop = at;
        if (trim) while (stop > least && (bytes[stop - 1] === SPACE || bytes[stop - 1] === TAB)) stop--;
        ends[cell] = stop;
        kinds[cell] = kind;
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
        wrongAt = starts[cell]! - (kinds[cell] === BARE_ESCAPED ? 0 : 1);
        return true;
      }
    }
    return false;
  }

  /** The offset of the next record, after comments and, where they are passed over, empty lines. */
  function between(bytes: Uint8Array, start: number, end: number, last: boolean, emptyRows: boolean): number {
    let at = start;
    isWaiting = false;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte !== comment && (emptyRows || (byte !== LF && byte !== CR))) return at;
      const next = nextLine(bytes, at, end, last);
      if (next < 0) break;
      at = next;
    }
    isWaiting = true;
    return at;
  }

  /** The offset after an empty line, which is a row without values; 0 where there is none, and INCOMPLETE. */
  function emptyRow(bytes: Uint8Array, at: number, end: number, last: boolean, cells: Cells, first: number): number {
    const { width, kinds } = cells;
    // Of one column, its value is there, and empty.
    if (!emptyRows || width === 1 || (bytes[at] !== LF && bytes[at] !== CR)) return 0;
    kinds.fill(ABSENT, first, first + width);
    return nextLine(bytes, at, end, last);
  }

  return {
    first(bytes, start, end, last) {
      const at = between(bytes, start, end, last, false);
      if (isWaiting) return undefined;
      const cells = createCells(widest, 1);
      const next = record(bytes, at, end, last, cells, 0);
      if (next === INCOMPLETE) return undefined;
      if (next < 0) throw failure(next, wrongAt, { begin: at, next: end });
      const decoder = new TextDecoder();
      const decode = unescapeCsv(dialect);
      const values = Array.from({ length: Math.min(found, widest) }, (_, i) => {
        const [from, to] = [cells.starts[i]!, cells.ends[i]!];
        if (cells.kinds[i]! < ESCAPED) return decoder.decode(bytes.subarray(from, to));
        const text = new Uint8Array(to - from);
        return decoder.decode(text.subarray(0, decode(bytes, from, to, text, 0)));
      });
      return { values, next };
    },
    find(bytes, start, end, last, cells, limit) {
      const { width, rowStarts, rowEnds } = cells;
      let at = start;
      let { rows } = cells;
      while (rows < limit) {
        at = between(bytes, at, end, last, emptyRows);
        if (isWaiting) break;
        const first = rows * width;
        let next = emptyRow(bytes, at, end, last, cells, first);
        if (next > 0) found = width;
        else if (next === 0) next = record(bytes, at, end, last, cells, first);
        if (next === INCOMPLETE) break;
        if (next >= 0 && found === width && isCovered && spansLines(bytes, cells, first)) next = SPANS_LINES;
        if (next < 0 || found !== width) {
          // The rows before it are given first.
          if (rows > 0) break;
          const line = nextLine(bytes, at, end, last);
          if (line < 0) break;
          const span = { begin: at, next: line };
          throw next < 0 ? failure(next, wrongAt, span) : miscount(bytes, span, width, found, delimiter);
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
