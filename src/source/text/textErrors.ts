import { DataError, SourceError } from '../../errors.ts';
import type { ColumnNote } from '../columnNote.ts';
import type { ByteInput } from '../input/byteInput.ts';
import { BadRecord } from './badRecord.ts';
import { type Cells, ESCAPED, LIST, OBJECT, QUOTED } from './cells.ts';
import { type ColumnType, type ListType, listOf } from './columnType.ts';
import { countItems } from './listItems.ts';
import { parseInteger } from './parseInteger.ts';
import { parseNumber } from './parseNumber.ts';
import { valueCause } from './valueCause.ts';
import { nullsWith, typeOption, valueHint } from './valueHint.ts';
import type { ValueStyle } from './valueStyle.ts';

/** A column of text, and the type that its values have. */
export interface TextColumn {
  readonly name: string;
  /** Null for a column that has no values. */
  readonly type: ColumnType | ListType | null;
  /** Whether the type is what somebody who reads it knows from elsewhere: a model, that was trained on it. */
  readonly isKnown?: boolean;
  /** Whether the first rows do not have it at all, though it is known. */
  readonly isAbsent?: boolean;
  /** Why it was told so, where it may be meant in another way. */
  readonly note?: ColumnNote;
}

/** A value that is not of its column's type, before its place in the file is known. */
export class BadValue extends BadRecord {
  readonly column: string;

  constructor(at: number, column: TextColumn, kind: number, received: string, hint: string | undefined) {
    const { name, type } = column;
    super(at, kind === ESCAPED && type === 'string' ? 'a string' : (type ?? 'no value'), received, hint);
    this.column = name;
  }
}

/** @param cell that of the value, in `bytes` */
export function badValue(
  bytes: Uint8Array,
  cells: Cells,
  cell: number,
  column: TextColumn,
  style: ValueStyle,
): BadValue {
  const { name, type } = column;
  const kind = cells.kinds[cell]!;
  const start = cells.starts[cell]!;
  const end = cells.ends[cell]!;
  const bad = (received: string, hint?: string) => new BadValue(start, column, kind, received, hint);
  const list = listOf(type ?? '');
  if (kind === LIST && list) {
    const items = countItems(bytes, start, end);
    if (items === undefined) return bad(shown(bytes, cells, cell));
    if (items === list.size) {
      return bad(shown(bytes, cells, cell), `Give its type, as ${typeOption(name, `float64[${items}]`)}`);
    }
    const other = `${list.item}[${items || 1}]`;
    return bad(
      `a list of ${items}`,
      `All lists of a column are as long as the first: give another length, as ${typeOption(name, other)}, or name the fields that are wanted`,
    );
  }
  if (kind >= OBJECT) return bad('an array or an object');
  const text = shown(bytes, cells, cell);
  const received = JSON.stringify(text);
  if (type === 'string' || list) return bad(received);
  const isNumber = parseNumber(bytes, start, end, style.decimal) !== undefined;
  if (isNumber && kind === QUOTED && !style.quotedNumbers) {
    return bad(received, valueHint({ column: name, valueClass: 'quoted', text }, style));
  }
  if (type === null || (isNumber && /^int/.test(type))) {
    const wider = parseInteger(bytes, start, end, new Int32Array(2), 0) ? 'int64' : 'float64';
    return bad(received, `Give its type, as ${typeOption(name, isNumber ? wider : 'string')}`);
  }
  const valueClass = valueCause(text, String.fromCharCode(style.decimal));
  const isNull = nullsWith([text], style);
  const otherwise = column.isKnown
    ? `The column is known to hold ${type}: where it stands for no value, give ${isNull}`
    : `Give its type, as ${typeOption(name, 'string')}, or, where it stands for no value, ${isNull}`;
  return bad(received, valueHint({ column: name, valueClass, text }, style) ?? otherwise);
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
  // No encoding makes text of control characters.
  const isBinary = bytes.subarray(begin, end).some((byte) => byte < 0x09);
  const hint = isBinary ? 'It may be no text at all' : "Give the encoding, as encoding: 'latin1'";
  return new BadRecord(begin, 'text in UTF-8', received, hint);
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
  const [line] = await linesOf(input, [at]);
  const where = `${input.name}, ${line === undefined ? '' : `line ${line}, `}byte ${at}`;
  if (error instanceof BadValue) {
    return new DataError({ where: `${where}, column '${error.column}'`, expected, received, hint });
  }
  return new SourceError({ where, expected, received, hint });
}

/** The numbers of the lines, from 1, that hold some bytes; none where the input is no file that can be looked through. */
export async function linesOf(input: ByteInput, bytes: readonly number[]): Promise<readonly number[]> {
  if (!input.isLocal || bytes.length === 0) return [];
  const lines = bytes.map(() => 1);
  const last = Math.max(...bytes);
  let base = 0;
  for await (const chunk of input.chunks(0, undefined)) {
    for (let i = chunk.indexOf(0x0a); i >= 0 && base + i < last; i = chunk.indexOf(0x0a, i + 1)) {
      for (const [k, byte] of bytes.entries()) if (base + i < byte) lines[k]!++;
    }
    base += chunk.length;
    if (base >= last) break;
  }
  return lines;
}
