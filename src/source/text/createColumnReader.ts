import type { ColumnReader } from './columnReader.ts';
import { type ColumnType, isListType, type ListType } from './columnType.ts';
import { createFixedReader } from './fixedReader.ts';
import { createListReader } from './listReader.ts';
import { createNullReader } from './nullReader.ts';
import { createStringReader } from './stringReader.ts';
import type { ValueStyle } from './valueStyle.ts';

export function createColumnReader(type: ColumnType | ListType | null, style: ValueStyle): ColumnReader {
  if (type === null) return createNullReader(style);
  if (isListType(type)) return createListReader(type);
  return type === 'string' ? createStringReader(style) : createFixedReader(type, style);
}
