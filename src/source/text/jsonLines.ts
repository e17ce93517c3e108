import { OptionError } from '../../errors.ts';
import { anyText, integer, listOf, recordOf, text } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { shownName } from '../../options/shown.ts';
import { changeableFile } from '../changed.ts';
import { createByteInput, encodingBound } from '../input/byteInput.ts';
import type { InputPlace } from '../input/inputPlace.ts';
import type { Source, TextTypes } from '../types.ts';
import { type ColumnType, columnOrListBound, type ListType } from './columnType.ts';
import { jsonLayout } from './jsonLayout.ts';
import { createJsonRecords, unescapeJson } from './jsonRecords.ts';
import { DOT } from './parseNumber.ts';
import { textSource } from './textSource.ts';
import type { ValueStyle } from './valueStyle.ts';

/** The options of `jsonLines`. */
export interface JsonLinesOptions {
  /**
   * The columns, as paths to values: `a`, and `a.b` for the key b in the object a. The paths of all values in the first rows, but for
   * those to arrays of other things than numbers or booleans, when absent.
   */
  readonly fields?: readonly string[];
  /**
   * The encoding, by a name that `TextDecoder` knows.
   * @default 'utf-8'
   */
  readonly encoding?: string;
  /** The types of columns by name, `float32[3]` for lists of three; those of the others are inferred from the first rows, and all rows held to them. */
  readonly types?: { readonly [column: string]: ColumnType | ListType };
  /**
   * Strings, and numbers as they are written, that stand for no value, as null does.
   * @default []
   */
  readonly nulls?: readonly string[];
  /**
   * Rows from which columns and types are inferred; an integer, at least 1.
   * @default 10000
   */
  readonly inferRows?: number;
  /**
   * Rows of a record batch, fewer where lists are long; an integer, at least 1.
   * @default 65536
   */
  readonly batchRows?: number;
}

/**
 * The rows of a file with an object of JSON on each line (also called NDJSON), as it is or compressed by gzip or zstd.
 *
 * Types are inferred from the first rows: int64, float64, boolean; strings that all are days or times are dates and timestamps. Arrays
 * of numbers or booleans are lists, as long as the first of them, as the feature `vector` takes; nulls may be in them. A later value of another type or length is an error; a key that is missing is null, one that the first rows had not is passed over. The
 * cursor is the byte in the text at which a row begins.
 *
 * @param file its path, its address (`http:`, `https:`), `-` for standard input, a stream, or a function that gives its bytes anew each time
 * @throws OptionError where an option is out of bounds
 * @throws SchemaError when it is read: a field that the first rows do not have, or that holds objects or arrays of other things than numbers
 * @throws SourceError when it is read: no such file, a line that is not an object of JSON
 * @throws DataError when it is read: a value that is not of its column's type
 * @see https://jsonlines.org, RFC 8259
 * @example jsonLines('data/events.ndjson').name //=> 'jsonLines data/events.ndjson'
 */
export function jsonLines(file: InputPlace, options: JsonLinesOptions = {}): Source {
  return jsonLinesSource(file, options, {});
}

/** @param known the types that columns are known to have, where `types` gives none: those without a value are there, too */
function jsonLinesSource(file: InputPlace, options: JsonLinesOptions, known: TextTypes): Source {
  checkOptions<JsonLinesOptions>('jsonLines', options, {
    fields: listOf('paths', text('a path')),
    encoding: encodingBound,
    types: recordOf('types by column', columnOrListBound),
    nulls: listOf('words', anyText),
    inferRows: integer({ least: 1 }),
    batchRows: integer({ least: 1 }),
  });
  const { fields, encoding = 'utf-8', types = {}, nulls = [], inferRows = 10_000, batchRows = 65_536 } = options;
  checkFields(fields);
  const input = createByteInput(file, { reader: 'jsonLines', encoding });
  const style: ValueStyle = {
    nulls: nulls.flatMap(writtenInJson).map((word) => new TextEncoder().encode(word)),
    quotedNumbers: false,
    quotedNulls: true,
    decimal: DOT,
    decode: unescapeJson,
  };
  const made = textSource(input, {
    style,
    batchRows,
    // Without words for no value the fingerprint is what it was before there were any.
    identity: { format: 'jsonLines', encoding, ...(nulls.length > 0 && { nulls }) },
    layout: (signal) => jsonLayout(input, { fields, types, known, style, inferRows }, signal),
    finder: (_, wanted) => ({
      finder: createJsonRecords(wanted.map(({ name }) => name)),
      width: wanted.length,
      cellOf: wanted.map((_, i) => i),
    }),
  });
  return changeableFile(made, {
    format: 'jsonLines',
    file,
    options,
    open: (place, change) => jsonLinesSource(place, { ...options, ...change.options }, { ...known, ...change.types }),
  });
}

/** How a word can stand between quotes: some escape slashes, too. */
function writtenInJson(word: string): string[] {
  const plain = JSON.stringify(word).slice(1, -1);
  return plain.includes('/') ? [plain, plain.replaceAll('/', '\\/')] : [plain];
}

function checkFields(fields: readonly string[] | undefined): void {
  const twice = fields?.find((field, i) => fields.indexOf(field) < i);
  if (twice === undefined) return;
  throw new OptionError({
    where: 'jsonLines: fields',
    expected: 'each field once',
    received: `${shownName(twice)} twice`,
  });
}
