import type { Data, RecordBatch, Schema } from 'apache-arrow';
import { SchemaError } from '../errors.ts';
import { columnIndices } from '../source/columnIndices.ts';
import { nearMisses } from '../source/nearMisses.ts';
import { type ColumnKind, columnKind } from './columnKind.ts';

/** What a use of a column takes. */
export interface ColumnUse {
  readonly column: string;
  readonly kinds: readonly ColumnKind[];
  /** Who asks, as the user wrote it: `numeric distance`. */
  readonly where: string;
  /** What to do where the kind does not fit: one sentence, without a full stop. */
  readonly hint?: string;
}

/**
 * The index and the kind of a column.
 *
 * @throws SchemaError where the column is not there or is of another kind; a column of nulls without a type fits every use
 */
export function findColumn(schema: Schema, { column, kinds, where, hint }: ColumnUse) {
  const index = columnIndices(schema).get(column);
  if (index === undefined) {
    const names = schema.fields.map(({ name }) => name);
    const near = nearMisses(column, names);
    throw new SchemaError({
      where,
      expected: `a column ${column}`,
      received: names.length ? `columns ${names.join(', ')}` : 'no columns',
      hint: near.length ? `Did you mean ${near.join(' or ')}` : undefined,
    });
  }
  const { type } = schema.fields[index];
  const kind = columnKind(type);
  if (kind === undefined || (kind !== 'null' && !kinds.includes(kind))) {
    throw new SchemaError({
      where,
      expected: `column ${column} to hold ${kinds.join(', ')}`,
      received: `${type}`,
      hint,
    });
  }
  return { index, kind };
}

/** A column's values in one record batch. */
export function columnData(records: RecordBatch, index: number): Data {
  return records.data.children[index];
}
