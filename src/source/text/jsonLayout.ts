import { SchemaError, SourceError } from '../../errors.ts';
import { didYouMean } from '../../options/didYouMean.ts';
import { shownName, shownNames } from '../../options/shown.ts';
import type { ColumnNote } from '../columnNote.ts';
import type { ByteInput } from '../input/byteInput.ts';
import type { TextTypes } from '../types.ts';
import type { BadRecord } from './badRecord.ts';
import { createCells } from './cells.ts';
import { inferColumns } from './inferColumns.ts';
import { createTypeInference } from './inferColumnTypes.ts';
import { createJsonRecords } from './jsonRecords.ts';
import { recordBlocks } from './recordBlocks.ts';
import { textBegin } from './textBegin.ts';
import { blockRows, type TextLayout } from './textSource.ts';
import type { ValueStyle } from './valueStyle.ts';

export interface JsonLayoutOptions {
  readonly fields: readonly string[] | undefined;
  readonly types: TextTypes;
  readonly known: TextTypes;
  readonly style: ValueStyle;
  readonly inferRows: number;
}

/** Reads as many rows as columns and types are inferred from. */
export async function jsonLayout(
  input: ByteInput,
  { fields, types, known, style, inferRows }: JsonLayoutOptions,
  signal: AbortSignal | undefined,
): Promise<TextLayout> {
  const begin = textBegin(input, await firstBytes(input, signal));
  const given = new Map(Object.entries(types));
  const seen = new Set<string>();
  const paths = [...(fields ?? [])];
  const inference = createTypeInference(style);
  const cells = createCells(0, Math.min(blockRows, inferRows));
  let rows = 0;
  let firstBad: BadRecord | undefined;
  const lines = createJsonRecords([]);
  let finder = lines;
  const chunks = input.chunks(begin, signal);
  // What cannot be read is not told of here, but where rows are asked for.
  for await (const { bytes, bad, base, next } of recordBlocks(
    chunks,
    lines,
    cells,
    begin,
    () => inferRows - rows,
    'return',
  )) {
    rows += cells.rows;
    if (bad) {
      bad.at += base;
      firstBad ??= bad;
      if (rows === inferRows) break;
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
    inference.add(bytes, found, base);
    if (rows === inferRows) break;
  }
  if (seen.size === 0 && !fields) {
    if (firstBad) throw firstBad;
    throw new SourceError({
      where: input.name,
      expected: 'at least one value, to infer the columns from',
      received: 'none',
    });
  }
  // A key without a value may be left out of a line, and of all of a few.
  const absent = fields ? [] : Object.keys(known).filter((name) => !paths.includes(name));
  paths.push(...absent);
  const isWhole = rows < inferRows;
  const { columns, leftOut } = await inferColumns(input, paths, {
    given,
    known,
    inference,
    rows,
    isWhole,
    style,
  });
  const there = fields ? [...seen] : paths;
  for (const column of given.keys()) {
    if (!paths.includes(column)) throw noSuchField(`${input.name}: types`, column, paths, 'fields');
  }
  for (const name of fields ?? []) {
    if (!given.has(name) && !seen.has(name)) throw noSuchField(`${input.name}: fields`, name, there, 'types');
    const why = leftOut.get(name);
    if (why) throw isNested(input.name, name, why);
  }
  return {
    columns: columns.map((column) => (absent.includes(column.name) ? { ...column, isAbsent: true } : column)),
    leftOut,
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
  return new SchemaError({
    where,
    expected: `a path that the first rows have (${shownNames(fields)})`,
    received: shownName(field),
    hint: didYouMean(field, fields) ?? `If only later rows have it, name it under ${other}, too`,
  });
}

function isNested(where: string, field: string, { reason, hint }: ColumnNote): SchemaError {
  return new SchemaError({
    where: `${where}: fields`,
    expected: 'paths to numbers, strings, booleans, or lists of numbers or booleans',
    received: `'${field}': ${reason}`,
    hint,
  });
}
