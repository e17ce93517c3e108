import { OptionError } from '../../errors.ts';
import {
  anyText,
  type Bound,
  bound,
  either,
  exactly,
  flag,
  integer,
  listOf,
  oneOf,
  recordOf,
} from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { shownValue } from '../../options/shown.ts';
import { changeableFile } from '../changed.ts';
import { createByteInput, encodingBound } from '../input/byteInput.ts';
import type { InputPlace } from '../input/inputPlace.ts';
import type { Source, TextTypes } from '../types.ts';
import { type ColumnType, columnTypeBound } from './columnType.ts';
import { csvLayout } from './csvLayout.ts';
import { createCsvRecords } from './csvRecords.ts';
import { textSource } from './textSource.ts';
import { unescapeCsv } from './unescapeCsv.ts';
import type { ValueStyle } from './valueStyle.ts';

/** The options of `csv`. */
export interface CsvOptions {
  /**
   * Whether the first row holds the names of the columns.
   * @default true; false where `names` are given
   */
  readonly header?: boolean;
  /** The names of the columns, in order, instead of those of the header; without either `column0`, `column1` and so on. */
  readonly names?: readonly string[];
  /**
   * What stands between two values; one to eight characters of ASCII, no line end.
   * @default ','
   */
  readonly delimiter?: string;
  /**
   * The character around values that hold delimiters or line ends; inside, it is written twice. One character of ASCII; null
   * where quotes mean nothing.
   * @default '"'
   */
  readonly quote?: string | null;
  /**
   * The character after which another one stands for itself, a delimiter, a quote or a line end among them, in quotes and without; one
   * character of ASCII, mostly `'\\'`. Quotes may be doubled all the same; `\\n` is an n.
   * @default none
   */
  readonly escape?: string;
  /** The character with which a line begins that is passed over; one character of ASCII. */
  readonly comment?: string;
  /**
   * What becomes of a line with nothing in it: `skip` passes it over; `row` makes it a row without values. In a file of one column an
   * empty line is mostly a row. Before the header it is passed over.
   * @default 'skip'
   */
  readonly emptyLines?: 'skip' | 'row';
  /**
   * Whether spaces and tabs around values are dropped.
   * @default false
   */
  readonly trim?: boolean;
  /**
   * The encoding, by a name that `TextDecoder` knows.
   * @default 'utf-8'
   */
  readonly encoding?: string;
  /** The types of columns by name, or one for all; those of the others are inferred from the first rows, and all rows held to them. */
  readonly types?: ColumnType | { readonly [column: string]: ColumnType };
  /**
   * What stands for no value, as it is written: nothing, too, needs a place among them. A quoted value of a string column never does.
   * @default ['']
   */
  readonly nulls?: readonly string[];
  /**
   * What stands between a number and its decimal places. Where it is the delimiter, too, such numbers stand between quotes.
   * @default '.'
   */
  readonly decimal?: '.' | ',';
  /**
   * Rows from which types are inferred; an integer, at least 1.
   * @default 10000
   */
  readonly inferRows?: number;
  /**
   * Rows of a record batch; an integer, at least 1.
   * @default 65536
   */
  readonly batchRows?: number;
}

/**
 * The rows of a file of comma-separated values, as it is or compressed by gzip or zstd.
 *
 * Types are inferred from the first rows, the narrowest that all their values have: int64, float64, boolean, date, timestamp,
 * string; integers with leading zeros are codes and stay strings. A later value of another type is an error. The cursor is
 * the byte in the text at which a row begins; only where the file is compressed or not in UTF-8 must it be read up to there.
 *
 * @param file its path, its address (`http:`, `https:`), `-` for standard input, a stream, or a function that gives its bytes anew each time
 * @throws OptionError where an option is out of bounds
 * @throws SchemaError when it is read: two columns of one name, a type for a column that is not there
 * @throws SourceError when it is read: no such file, a row with too many or too few values, a quote not closed
 * @throws DataError when it is read: a value that is not of its column's type
 * @see RFC 4180
 * @example csv('data/housing.csv').name //=> 'csv data/housing.csv'
 */
export function csv(file: InputPlace, options: CsvOptions = {}): Source {
  return csvSource('csv', file, options);
}

/**
 * @param kind what the function is called by the user
 * @param known the types that columns are known to have, where `types` gives none
 */
export function csvSource(kind: 'csv' | 'tsv', file: InputPlace, options: CsvOptions, known: TextTypes = {}): Source {
  checkOptions<CsvOptions>(kind, options, {
    header: flag,
    names: listOf('names', anyText),
    delimiter: asciiBound(8),
    quote: either(asciiBound(1), exactly(null)),
    escape: asciiBound(1),
    comment: asciiBound(1),
    emptyLines: oneOf('skip', 'row'),
    trim: flag,
    encoding: encodingBound,
    types: either(columnTypeBound, recordOf('types by column', columnTypeBound)),
    nulls: listOf('words', anyText),
    decimal: oneOf('.', ','),
    inferRows: integer({ least: 1 }),
    batchRows: integer({ least: 1 }),
  });
  const {
    names,
    header = names === undefined,
    delimiter = kind === 'tsv' ? '\t' : ',',
    quote = '"',
    escape: backslash,
    comment,
    emptyLines = 'skip',
    trim = false,
    encoding = 'utf-8',
    types = {},
    nulls = [''],
    decimal = '.',
    inferRows = 10_000,
    batchRows = 65_536,
  } = options;
  // Where it is the quote, it says that quotes are doubled.
  const escapes = backslash === quote ? undefined : backslash;
  checkDifferent(kind, delimiter, quote, comment, escapes);
  const input = createByteInput(file, { reader: kind, encoding });
  const dialect = {
    delimiter: Buffer.from(delimiter, 'latin1'),
    quote: quote?.charCodeAt(0) ?? -1,
    escape: escapes?.charCodeAt(0) ?? -1,
    comment: comment?.charCodeAt(0) ?? -1,
    emptyRows: emptyLines === 'row',
    trim,
  };
  const style: ValueStyle = {
    nulls: nulls.map((word) => new TextEncoder().encode(word)),
    quotedNumbers: true,
    quotedNulls: false,
    decimal: decimal.charCodeAt(0),
    decode: unescapeCsv(dialect),
  };
  const made = textSource(input, {
    style,
    batchRows,
    identity: {
      ...{ format: kind, delimiter, quote, comment: comment ?? null, trim, encoding, nulls },
      // Where they are not given a fingerprint stays what it was before there were such options.
      ...(escapes !== undefined && { escape: escapes }),
      ...(emptyLines === 'row' && { emptyLines }),
      ...(decimal !== '.' && { decimal }),
    },
    layout: (signal) =>
      csvLayout(input, createCsvRecords(dialect), { header, names, types, known, delimiter, style, inferRows }, signal),
    finder: ({ columns }, wanted) => ({
      finder: createCsvRecords({ ...dialect, texts: columns.map(({ type }) => type === 'string') }),
      width: columns.length,
      cellOf: wanted.map((column) => columns.indexOf(column)),
    }),
  });
  return changeableFile(made, {
    format: kind,
    alike: ['csv', 'tsv'],
    file,
    options,
    open(place, { format = kind, options: others, types }) {
      const { delimiter: _, ...rest } = options;
      const own = format === kind ? options : rest;
      return csvSource(format as typeof kind, place, { ...own, ...others }, { ...known, ...types });
    },
  });
}

function asciiBound(longest: 1 | 8): Bound<string> {
  const expected = longest === 1 ? 'one character of ASCII' : `one to ${longest} characters of ASCII`;
  const pattern = new RegExp(`^[\\t -~]{1,${longest}}$`);
  return bound(`${expected}, no line end`, (value) => typeof value === 'string' && pattern.test(value));
}

/** The character of a comment alone may stand within a long delimiter: it counts only where a line begins. */
function checkDifferent(
  kind: string,
  delimiter: string,
  quote: string | null,
  comment?: string,
  backslash?: string,
): void {
  const others = [quote, comment, backslash].filter((each) => typeof each === 'string');
  const isHidden = [quote, backslash].some((each) => typeof each === 'string' && delimiter.includes(each));
  if (!isHidden && comment !== delimiter[0] && new Set(others).size === others.length) return;
  throw new OptionError({
    where: `${kind}: delimiter, quote, comment, escape`,
    expected: 'different characters',
    received: [delimiter, ...others].map(shownValue).join(', '),
  });
}
