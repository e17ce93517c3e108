import { OptionError, SchemaError, SourceError } from '../../errors.ts';
import type { Source } from '../../types.ts';
import { checkCount } from '../checkCount.ts';
import { type ByteInput, checkEncoding, createByteInput } from '../input/byteInput.ts';
import type { InputPlace } from '../input/inputPlace.ts';
import { nearMisses } from '../nearMisses.ts';
import type { BadRecord } from './badRecord.ts';
import { createCells } from './cells.ts';
import { type ColumnType, checkColumnTypes, type ListType } from './columnType.ts';
import { createTypeInference } from './inferColumnTypes.ts';
import { createJsonRecords, unescapeJson } from './jsonRecords.ts';
import { recordBlocks } from './recordBlocks.ts';
import { textBegin } from './textBegin.ts';
import { blockRows, type TextLayout, textSource } from './textSource.ts';
import type { ValueStyle } from './valueStyle.ts';

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
  /** The types of columns by name, `float32[3]` for lists of three; those of the others are told from the first rows, and all rows held to them. */
  readonly types?: { readonly [column: string]: ColumnType | ListType };
  /**
   * Rows from which columns and types are told; an integer, at least 1.
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
 * Types are told from the first rows: int64, float64, boolean; strings that all are days or times are dates and timestamps. Arrays
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
export function jsonLines(
  file: InputPlace,
  { fields, encoding = 'utf-8', types = {}, inferRows = 10_000, batchRows = 65_536 }: JsonLinesOptions = {},
): Source {
  checkCount('jsonLines: inferRows', inferRows);
  checkCount('jsonLines: batchRows', batchRows);
  checkEncoding('jsonLines: encoding', encoding);
  checkColumnTypes('jsonLines: types', types, true);
  checkFields(fields);
  const input = createByteInput(file, { format: 'jsonLines', encoding });
  return textSource(input, {
    style,
    batchRows,
    identity: { format: 'jsonLines', encoding },
    layout: (signal) => jsonLayout(input, fields, types, inferRows, signal),
    finder: (_, wanted) => ({
      finder: createJsonRecords(wanted.map(({ name }) => name)),
      width: wanted.length,
      cellOf: wanted.map((_, i) => i),
    }),
  });
}

const style: ValueStyle = { nulls: [], quotedNumbers: false, decode: unescapeJson };

/** Reads as many rows as columns and types are told from. */
async function jsonLayout(
  input: ByteInput,
  fields: readonly string[] | undefined,
  types: { readonly [column: string]: ColumnType | ListType },
  inferRows: number,
  signal: AbortSignal | undefined,
): Promise<TextLayout> {
  const begin = textBegin(input.name, await firstBytes(input, signal));
  const given = new Map(Object.entries(types));
  const seen = new Set<string>();
  const paths = [...(fields ?? [])];
  const inference = createTypeInference(style);
  const cells = createCells(0, Math.min(blockRows, inferRows));
  let left = inferRows;
  let firstBad: BadRecord | undefined;
  const lines = createJsonRecords([]);
  let finder = lines;
  const chunks = input.chunks(begin, signal);
  // What cannot be read is not told of here, but where rows are asked for.
  for await (const { bytes, bad, base, next } of recordBlocks(chunks, lines, cells, begin, () => left, 'return')) {
    left -= cells.rows;
    if (bad) {
      bad.at += base;
      firstBad ??= bad;
      if (left === 0) break;
      continue;
    }
    const before = paths.length;
    for (let row = 0; row < cells.rows; row++) {
      const line = bytes.subarray(cells.rowStarts[row], cells.rowEnds[row]);
      addPaths(seen, JSON.parse(new TextDecoder().decode(line)));
    }
    if (!fields) for (const path of seen) if (!paths.includes(path)) paths.push(path);
    if (finder === lines || paths.length > before) finder = createJsonRecords(paths);
    const found = createCells(paths.length, cells.rows);
    finder.find(bytes, cells.rowStarts[0]!, next - base, true, found, cells.rows);
    inference.add(bytes, found);
    if (left === 0) break;
  }
  if (seen.size === 0 && !fields) {
    if (firstBad) throw firstBad;
    throw new SourceError({
      where: input.name,
      expected: 'at least one value, to tell the columns by',
      received: 'none',
    });
  }
  const inferred = inference.types(paths.length);
  const known = fields ? [...seen] : paths;
  for (const column of given.keys()) {
    if (!paths.includes(column)) throw noSuchField(`${input.name}: types`, column, paths, 'fields');
  }
  return {
    columns: paths.flatMap((name, i) => {
      const type = given.get(name) ?? inferred[i];
      if (fields && !given.has(name) && !seen.has(name))
        throw noSuchField(`${input.name}: fields`, name, known, 'types');
      if (type) return { name, type };
      if (fields) throw isNested(input.name, name);
      return [];
    }),
    begin,
  };
}

async function firstBytes(input: ByteInput, signal: AbortSignal | undefined): Promise<Uint8Array> {
  let bytes: Uint8Array = new Uint8Array(0);
  for await (const chunk of input.chunks(0, signal)) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length >= 3) break;
  }
  return bytes;
}

/** The paths of all that is not an object. */
function addPaths(paths: Set<string>, row: { readonly [key: string]: unknown }, prefix = ''): void {
  for (const [key, value] of Object.entries(row)) {
    const path = `${prefix}${key}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      addPaths(paths, value as { readonly [key: string]: unknown }, `${path}.`);
    } else paths.add(path);
  }
}

function noSuchField(where: string, field: string, fields: readonly string[], other: string): SchemaError {
  const near = nearMisses(field, fields);
  return new SchemaError({
    where,
    expected: `a path that the first rows have (${fields.join(', ')})`,
    received: `'${field}'`,
    hint:
      near.length > 0
        ? `Did you mean ${near.map((each) => `'${each}'`).join(' or ')}`
        : `If only later rows have it, name it under ${other}, too`,
  });
}

function isNested(where: string, field: string): SchemaError {
  return new SchemaError({
    where: `${where}: fields`,
    expected: 'paths to numbers, strings, booleans, or lists of numbers or booleans',
    received: `'${field}', which holds objects or other arrays`,
    hint: `Name the value in it, as '${field}.key', or give the type that most of its arrays have, as types: { ${JSON.stringify(field)}: 'float64[3]' }`,
  });
}

function checkFields(fields: readonly string[] | undefined): void {
  const twice = fields?.find((field, i) => fields.indexOf(field) < i);
  if (twice === undefined) return;
  throw new OptionError({ where: 'jsonLines: fields', expected: 'each field once', received: `'${twice}' twice` });
}
