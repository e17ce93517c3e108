import { SchemaError, SourceError } from '../../errors.ts';
import { didYouMean } from '../../options/didYouMean.ts';
import { shownName, shownNames } from '../../options/shown.ts';
import type { ColumnNote } from '../columnNote.ts';
import type { ByteInput } from '../input/byteInput.ts';
import type { TextTypes } from '../types.ts';
import { createCells } from './cells.ts';
import type { ColumnType } from './columnType.ts';
import type { CsvRecords } from './csvRecords.ts';
import { inferColumns } from './inferColumns.ts';
import { createTypeInference } from './inferColumnTypes.ts';
import { otherDelimiter } from './otherDelimiter.ts';
import { longestRecord, recordBlocks } from './recordBlocks.ts';
import { textBegin } from './textBegin.ts';
import { blockRows, type TextLayout } from './textSource.ts';
import type { ValueStyle } from './valueStyle.ts';

export interface CsvLayoutOptions {
  readonly header: boolean;
  readonly names: readonly string[] | undefined;
  readonly types: ColumnType | { readonly [column: string]: ColumnType };
  readonly known: TextTypes;
  readonly delimiter: string;
  readonly style: ValueStyle;
  readonly inferRows: number;
}

/** Reads the names of the columns, and as many rows as their types are inferred from. */
export async function csvLayout(
  input: ByteInput,
  records: CsvRecords,
  { header, names, types, known, delimiter, style, inferRows }: CsvLayoutOptions,
  signal: AbortSignal | undefined,
): Promise<TextLayout> {
  const first = await firstRecord(input, records, names !== undefined && !header, signal);
  const columns = names ?? (header ? first.values : first.values.map((_, i) => `column${i}`));
  checkNames(input.name, columns);
  const given = new Map<string, ColumnType>(
    typeof types === 'string' ? columns.map((column) => [column, types]) : Object.entries(types),
  );
  for (const column of given.keys()) if (!columns.includes(column)) throw noSuchColumn(input.name, column, columns);
  const begin = header ? first.next : first.start;
  const inference = createTypeInference(style);
  let rows = 0;
  let isWhole = true;
  if (given.size < columns.length) {
    const cells = createCells(columns.length, Math.min(blockRows, inferRows));
    const chunks = input.chunks(begin, signal);
    const room = () => inferRows - rows;
    // What cannot be read is not told of here, but where rows are asked for.
    for await (const { bytes, cells: found, base, bad } of recordBlocks(
      chunks,
      records,
      cells,
      begin,
      room,
      'return',
    )) {
      if (!bad) inference.add(bytes, found, base);
      rows += found.rows;
      isWhole = rows < inferRows;
      if (!isWhole) break;
    }
  }
  const { columns: inferred, leftOut } = await inferColumns(input, columns, {
    given,
    known,
    inference,
    rows,
    isWhole,
    style,
  });
  return { columns: inferred, leftOut: new Map([...leftOut, ...oneColumn(columns, delimiter)]), begin };
}

/** What to say where the header has a single column, and looks as if it was to have several. */
function oneColumn(columns: readonly string[], delimiter: string): readonly (readonly [string, ColumnNote])[] {
  const [only = ''] = columns;
  const other = columns.length === 1 ? otherDelimiter(only, delimiter) : undefined;
  if (other === undefined) return [];
  const reader = other === '\t' ? ', or read it with tsv(file)' : other === ',' ? ', or read it with csv(file)' : '';
  const hint = `Give delimiter: ${JSON.stringify(other)}${reader}`;
  return [['', { reason: `the header has one column ${JSON.stringify(only)}`, hint }]];
}

interface FirstRecord {
  readonly values: readonly string[];
  /** The offset after a byte order mark. */
  readonly start: number;
  /** The offset after the record. */
  readonly next: number;
}

/** @param isNamed whether the columns are known without it: then lines with nothing in them are enough */
async function firstRecord(
  input: ByteInput,
  records: CsvRecords,
  isNamed: boolean,
  signal: AbortSignal | undefined,
): Promise<FirstRecord> {
  const parts: Uint8Array[] = [];
  let [size, wanted] = [0, 0];
  for await (const chunk of input.chunks(0, signal)) {
    parts.push(chunk);
    size += chunk.length;
    // What has been looked at without an end is looked at again when there is twice as much.
    if (size < wanted) continue;
    wanted = 2 * size;
    const bytes = parts.length === 1 ? chunk : Buffer.concat(parts);
    const found = search(input, records, bytes, false);
    if (found) return found;
    if (size <= longestRecord) continue;
    throw new SourceError({
      where: input.name,
      expected: `a header of at most ${longestRecord} bytes`,
      received: 'a longer one',
      hint: 'Is a quote not closed, or is it no text with lines',
    });
  }
  const bytes = Buffer.concat(parts);
  const found = search(input, records, bytes, true);
  if (found) return found;
  if (isNamed && bytes.length > 0) return { values: [], start: textBegin(input, bytes), next: bytes.length };
  throw new SourceError({
    where: input.name,
    expected: 'at least one row, to infer the columns from',
    received: bytes.length === 0 ? 'an empty file' : 'none',
  });
}

function search(input: ByteInput, records: CsvRecords, bytes: Uint8Array, last: boolean): FirstRecord | undefined {
  if (bytes.length < 3 && !last) return undefined;
  const start = textBegin(input, bytes);
  const found = records.first(bytes, start, bytes.length, last);
  return found && { values: found.values, start, next: found.next };
}

function checkNames(where: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new SchemaError({
    where,
    expected: 'a name for each column',
    received: `${shownName(twice)} twice in ${shownNames(names)}`,
    hint: 'Give names: [...], and header: true where the first row is to be passed over',
  });
}

function noSuchColumn(where: string, column: string, columns: readonly string[]): SchemaError {
  return new SchemaError({
    where: `${where}: types`,
    expected: `one of the columns ${shownNames(columns)}`,
    received: shownName(column),
    hint: didYouMean(column, columns),
  });
}
