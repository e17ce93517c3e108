import { type Data, Vector } from 'apache-arrow';
import type { Json } from '../../json.ts';
import { columnKind } from './columnKind.ts';
import { readNumbers } from './readNumbers.ts';

/**
 * What stands in a row of a column, for people and files: what the functions of `derive` and `filterRows` get, but that integers beyond 2^53, NaN,
 * infinities and what is no single value are told as text, or as a list.
 */
export function plainValue(data: Data, row: number): Json {
  const value: unknown = new Vector([data]).get(row);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  const kind = columnKind(data.type);
  if (kind !== 'number' && kind !== 'timestamp') return plain(value);
  const number = readNumbers(data.slice(row, 1))[0]!;
  return typeof value === 'bigint' && Number.isInteger(number) && !Number.isSafeInteger(number)
    ? `${value}`
    : plain(number);
}

/** A value as JSON has it; what that has no word for is told as text. */
export function plain(value: unknown): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
  if (typeof value === 'number') return Number.isFinite(value) ? value : `${value}`;
  if (value instanceof Vector || ArrayBuffer.isView(value)) return Array.from(value as Iterable<unknown>, plain);
  return value === null || typeof value === 'boolean' || typeof value === 'string' ? value : `${value}`;
}
