import { DataError, SourceError } from '../../errors.ts';
import type { ByteInput } from '../input/byteInput.ts';
import { BadRecord } from './badRecord.ts';
import { type Cells, ESCAPED, LIST, OBJECT } from './cells.ts';
import { type ColumnType, type ListType, listOf } from './columnType.ts';
import { countItems } from './listItems.ts';

/** A column of text, and the type that its values have. */
export interface TextColumn {
  readonly name: string;
  readonly type: ColumnType | ListType;
}

/** A value that is not of its column's type, before its place in the file is known. */
export class BadValue extends BadRecord {
  readonly column: string;

  constructor(at: number, column: TextColumn, kind: number, received: string, hint: string | undefined) {
    const { name, type } = column;
    super(at, kind === ESCAPED && type === 'string' ? 'a string' : type, received, hint);
    this.column = name;
  }
}

/**
 * @param cell that of the value, in `bytes`
 * @param nulls whether the format has words for no value
 */
export function badValue(bytes: Uint8Array, cells: Cells, cell: number, column: TextColumn, nulls: boolean): BadValue {
  const { name, type } = column;
  const kind = cells.kinds[cell]!;
  const start = cells.starts[cell]!;
  const bad = (received: string, hint?: string) => new BadValue(start, column, kind, received, hint);
  const give = (type: string) => `types: { ${JSON.stringify(name)}: '${type}' }`;
  const list = listOf(type);
  if (kind === LIST && list) {
    const items = countItems(bytes, start, cells.ends[cell]!);
    if (items === undefined) return bad(shown(bytes, cells, cell));
    if (items === list.size) return bad(shown(bytes, cells, cell), `Give its type, as ${give(`float64[${items}]`)}`);
    const other = `${list.item}[${items || 1}]`;
    return bad(
      `a list of ${items}`,
      `All lists of a column are as long as the first: give another length, as ${give(other)}, or name the fields that are wanted`,
    );
  }
  if (kind >= OBJECT) return bad('an array or an object');
  const text = shown(bytes, cells, cell);
  const value = JSON.stringify(text);
  if (type === 'string' || list) return bad(value);
  const orNull = nulls ? `, or what stands for no value, as nulls: [${value}]` : '';
  return bad(value, `Give its type, as ${give(wider(type as ColumnType, text))}${orNull}`);
}

/** The type to propose for a column of a type in which a value is not. */
function wider(type: ColumnType, value: string): ColumnType {
  if (type !== 'int64' && type !== 'int32') return 'string';
  if (!/^[-+]?[\d.]/.test(value) || Number.isNaN(Number(value))) return 'string';
  if (!/^[-+]?\d+$/.test(value)) return 'float64';
  return type === 'int32' ? 'int64' : 'string';
}

function shown(bytes: Uint8Array, { starts, ends }: Cells, cell: number): string {
  const start = starts[cell]!;
  const end = Math.min(ends[cell]!, start + 80);
  return new TextDecoder().decode(bytes.subarray(start, end)) + (end < ends[cell]! ? '...' : '');
}

/** A record whose bytes are not UTF-8. */
export function notUtf8(bytes: Uint8Array, begin: number, end: number): BadRecord {
  const text = new TextDecoder('latin1').decode(bytes.subarray(begin, Math.min(end, begin + 80)));
  const received = `bytes that are none (${JSON.stringify(text)})`;
  return new BadRecord(begin, 'text in UTF-8', received, "Give the encoding, as encoding: 'latin1'");
}

/** What is wrong with a record, in one sentence. */
export function reasonOf(bad: BadRecord): string {
  const what = `expected ${bad.expected}, got ${bad.received}`;
  return bad instanceof BadValue ? `column '${bad.column}': ${what}` : what;
}

/** The error with its place, where `error` is a BadRecord with an offset in the input: of a file, the line, too. */
export async function located(input: ByteInput, error: unknown): Promise<unknown> {
  if (!(error instanceof BadRecord)) return error;
  const { at, expected, received, hint } = error;
  const line = input.isLocal ? `line ${await lineOf(input, at)}, ` : '';
  const where = `${input.name}, ${line}byte ${at}`;
  if (error instanceof BadValue) {
    return new DataError({ where: `${where}, column '${error.column}'`, expected, received, hint });
  }
  return new SourceError({ where, expected, received, hint });
}

/** The number of the line, from 1, that holds a byte. */
async function lineOf(input: ByteInput, byte: number): Promise<number> {
  let line = 1;
  let left = byte;
  for await (const chunk of input.chunks(0, undefined)) {
    const end = Math.min(left, chunk.length);
    for (let i = chunk.indexOf(0x0a); i >= 0 && i < end; i = chunk.indexOf(0x0a, i + 1)) line++;
    left -= end;
    if (left === 0) break;
  }
  return line;
}
