import { SchemaError, SourceError } from '../../errors.ts';
import type { ByteInput } from '../input/byteInput.ts';
import { nearMisses } from '../nearMisses.ts';
import { createCells } from './cells.ts';
import type { ColumnType } from './columnType.ts';
import type { CsvRecords } from './csvRecords.ts';
import { createTypeInference } from './inferColumnTypes.ts';
import { recordBlocks } from './recordBlocks.ts';
import { textBegin } from './textBegin.ts';
import { blockRows, type TextLayout } from './textSource.ts';
import type { ValueStyle } from './valueStyle.ts';

export interface CsvLayoutOptions {
  readonly header: boolean;
  readonly names: readonly string[] | undefined;
  readonly types: ColumnType | { readonly [column: string]: ColumnType };
  readonly style: ValueStyle;
  readonly inferRows: number;
}

/** Reads the names of the columns, and as many rows as their types are told from. */
export async function csvLayout(
  input: ByteInput,
  records: CsvRecords,
  { header, names, types, style, inferRows }: CsvLayoutOptions,
  signal: AbortSignal | undefined,
): Promise<TextLayout> {
  const first = await firstRecord(input, records, signal);
  const columns = names ?? (header ? first.values : first.values.map((_, i) => `column${i}`));
  checkNames(input.name, columns);
  const given = new Map<string, ColumnType>(
    typeof types === 'string' ? columns.map((column) => [column, types]) : Object.entries(types),
  );
  for (const column of given.keys()) if (!columns.includes(column)) throw noSuchColumn(input.name, column, columns);
  const begin = header ? first.next : first.start;
  const inference = createTypeInference(style);
  if (given.size < columns.length) {
    const cells = createCells(columns.length, Math.min(blockRows, inferRows));
    let left = inferRows;
    const chunks = input.chunks(begin, signal);
    // What cannot be read is not told of here, but where rows are asked for.
    for await (const { bytes, bad } of recordBlocks(chunks, records, cells, begin, () => left, 'return')) {
      if (!bad) inference.add(bytes, cells);
      left -= cells.rows;
      if (left === 0) break;
    }
  }
  const inferred = inference.types(columns.length);
  return {
    columns: columns.map((name, i) => ({ name, type: given.get(name) ?? inferred[i] ?? 'string' })),
    begin,
  };
}

interface FirstRecord {
  readonly values: readonly string[];
  /** The offset after a byte order mark. */
  readonly start: number;
  /** The offset after the record. */
  readonly next: number;
}

async function firstRecord(
  input: ByteInput,
  records: CsvRecords,
  signal: AbortSignal | undefined,
): Promise<FirstRecord> {
  let bytes: Uint8Array = new Uint8Array(0);
  for await (const chunk of input.chunks(0, signal)) {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const found = search(input.name, records, bytes, false);
    if (found) return found;
  }
  const found = search(input.name, records, bytes, true);
  if (found) return found;
  throw new SourceError({
    where: input.name,
    expected: 'at least one row, to tell the columns by',
    received: bytes.length === 0 ? 'an empty file' : 'none',
  });
}

function search(where: string, records: CsvRecords, bytes: Uint8Array, last: boolean): FirstRecord | undefined {
  if (bytes.length < 3 && !last) return undefined;
  const start = textBegin(where, bytes);
  const found = records.first(bytes, start, bytes.length, last);
  return found && { values: found.values, start, next: found.next };
}

function checkNames(where: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new SchemaError({
    where,
    expected: 'a name for each column',
    received: `'${twice}' twice in ${names.map((name) => `'${name}'`).join(', ')}`,
    hint: 'Give names: [...], and header: true where the first row is to be passed over',
  });
}

function noSuchColumn(where: string, column: string, columns: readonly string[]): SchemaError {
  const near = nearMisses(column, columns);
  return new SchemaError({
    where: `${where}: types`,
    expected: `one of the columns ${columns.join(', ')}`,
    received: `'${column}'`,
    hint: near.length > 0 ? `Did you mean ${near.map((each) => `'${each}'`).join(' or ')}` : undefined,
  });
}
