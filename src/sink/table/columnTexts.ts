import { type Data, DataType, type RecordBatch, type Vector } from 'apache-arrow';
import { columnKind } from '../../source/column/columnKind.ts';
import { plainValue } from '../../source/column/plainValue.ts';
import { readIndices } from '../../source/column/readIndices.ts';
import { readNumbers } from '../../source/column/readNumbers.ts';
import { stringColumn } from '../../source/column/stringColumn.ts';

/** How a format writes values. */
export interface TextStyle {
  readonly none: string;
  /** Of a number that is not finite. */
  notFinite(value: number): string;
  /** Of a text. */
  text(value: string): string;
  /** Of what is neither a number nor a text, as JSON has it: lists. */
  other(value: unknown): string;
}

/** Gives the text of a row of each column of a record batch: points in time as ISO 8601, integers beyond 2^53 to the last digit. */
export function columnTexts({ data }: RecordBatch, style: TextStyle): readonly ((row: number) => string)[] {
  return data.children.map((column) => textsOf(column, style));
}

/** Reads texts of rows that have one. */
function stringsOf(data: Data): (row: number) => string {
  const { bytes, offsets, stride } = stringColumn(data);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (row) => buffer.toString('utf8', offsets[row * stride], offsets[(row + 1) * stride]);
}

function textsOf(data: Data, { none, notFinite, text, other }: TextStyle): (row: number) => string {
  const { type } = data;
  const kind = columnKind(type);
  if (kind === 'null') return () => none;
  if (kind === 'string') {
    const hasNulls = data.nullCount > 0;
    const isNull = (row: number) => hasNulls && !data.getValid(row);
    if (!DataType.isDictionary(type)) {
      const read = stringsOf(data);
      return (row) => (isNull(row) ? none : text(read(row)));
    }
    // Each is made once.
    const made: string[] = [];
    const indices = readIndices(data);
    const values = data.dictionary as Vector;
    return (row) => {
      if (isNull(row)) return none;
      const index = indices[row];
      const known = made[index];
      if (known !== undefined) return known;
      const value: string | null = values.get(index);
      made[index] = value === null ? none : text(value);
      return made[index];
    };
  }
  if (kind === 'boolean') {
    const numbers = readNumbers(data);
    return (row) => (numbers[row] === 1 ? 'true' : numbers[row] === 0 ? 'false' : none);
  }
  const hasNulls = data.nullCount > 0;
  const isNull = (row: number) => hasNulls && !data.getValid(row);
  if (kind === 'timestamp') {
    const times = readNumbers(data);
    const length = DataType.isDate(type) ? 10 : 24;
    return (row) => (Number.isNaN(times[row]) ? none : text(new Date(times[row]).toISOString().slice(0, length)));
  }
  if (kind === 'number' && !(DataType.isInt(type) && type.bitWidth === 64)) {
    const numbers = readNumbers(data);
    return (row) => {
      const value = numbers[row];
      return Number.isFinite(value) ? `${value}` : isNull(row) ? none : notFinite(value);
    };
  }
  return (row) => {
    const value = plainValue(data, row);
    if (value === null) return none;
    return typeof value === 'number' ? `${value}` : typeof value === 'string' ? text(value) : other(value);
  };
}
