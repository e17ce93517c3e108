import { OptionError } from '../../errors.ts';
import type { Source } from '../../types.ts';
import { checkCount } from '../checkCount.ts';
import { checkEncoding, createByteInput } from '../input/byteInput.ts';
import type { InputPlace } from '../input/inputPlace.ts';
import { type ColumnType, checkColumnTypes } from './columnType.ts';
import { csvLayout } from './csvLayout.ts';
import { createCsvRecords } from './csvRecords.ts';
import { textSource } from './textSource.ts';
import { unescapeCsv } from './unescapeCsv.ts';
import type { ValueStyle } from './valueStyle.ts';

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
  /** The character with which a line begins that is passed over; one character of ASCII. */
  readonly comment?: string;
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
  /** The types of columns by name, or one for all; those of the others are told from the first rows, and all rows held to them. */
  readonly types?: ColumnType | { readonly [column: string]: ColumnType };
  /**
   * What stands for no value. A quoted value of a string column never does.
   * @default ['']
   */
  readonly nulls?: readonly string[];
  /**
   * Rows from which types are told; an integer, at least 1.
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
 * Types are told from the first rows, the narrowest that all their values have: int64, float64, boolean, date, timestamp,
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

/** @param kind what the function is called by the user */
export function csvSource(kind: 'csv' | 'tsv', file: InputPlace, options: CsvOptions): Source {
  const {
    names,
    header = names === undefined,
    delimiter = ',',
    quote = '"',
    comment,
    trim = false,
    encoding = 'utf-8',
    types = {},
    nulls = [''],
    inferRows = 10_000,
    batchRows = 65_536,
  } = options;
  checkCount(`${kind}: inferRows`, inferRows);
  checkCount(`${kind}: batchRows`, batchRows);
  checkEncoding(`${kind}: encoding`, encoding);
  checkAscii(`${kind}: delimiter`, delimiter, 8);
  if (quote !== null) checkAscii(`${kind}: quote`, quote, 1);
  if (comment !== undefined) checkAscii(`${kind}: comment`, comment, 1);
  checkDifferent(kind, delimiter[0]!, quote, comment);
  checkColumnTypes(`${kind}: types`, types);
  const input = createByteInput(file, { format: kind, encoding });
  const dialect = {
    delimiter: Buffer.from(delimiter, 'latin1'),
    quote: quote?.charCodeAt(0) ?? -1,
    comment: comment?.charCodeAt(0) ?? -1,
    trim,
  };
  const style: ValueStyle = {
    nulls: nulls.map((word) => new TextEncoder().encode(word)),
    quotedNumbers: true,
    decode: unescapeCsv,
  };
  return textSource(input, {
    style,
    batchRows,
    identity: { format: kind, delimiter, quote, comment: comment ?? null, trim, encoding, nulls },
    layout: (signal) => csvLayout(input, createCsvRecords(dialect), { header, names, types, style, inferRows }, signal),
    finder: ({ columns }, wanted) => ({
      finder: createCsvRecords({ ...dialect, texts: columns.map(({ type }) => type === 'string') }),
      width: columns.length,
      cellOf: wanted.map((column) => columns.indexOf(column)),
    }),
  });
}

function checkAscii(where: string, characters: string, longest: number): void {
  const isGood = typeof characters === 'string' && characters.length >= 1 && characters.length <= longest;
  if (isGood && /^[\t -~]+$/.test(characters)) return;
  const expected = longest === 1 ? 'one character of ASCII' : `one to ${longest} characters of ASCII`;
  throw new OptionError({ where, expected: `${expected}, no line end`, received: JSON.stringify(characters) });
}

function checkDifferent(kind: string, delimiter: string, quote: string | null, comment: string | undefined): void {
  const characters = [delimiter, quote, comment].filter((character) => typeof character === 'string');
  if (new Set(characters).size === characters.length) return;
  throw new OptionError({
    where: `${kind}: delimiter, quote, comment`,
    expected: 'different characters',
    received: characters.map((character) => JSON.stringify(character)).join(', '),
  });
}
