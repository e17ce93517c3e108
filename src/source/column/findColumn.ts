import type { Data, RecordBatch, Schema } from 'apache-arrow';
import { SchemaError } from '../../errors.ts';
import { didYouMean } from '../../options/didYouMean.ts';
import { shownName, shownNames } from '../../options/shown.ts';
import { columnIndices } from '../columnIndices.ts';
import { noteOf } from '../columnNote.ts';
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
    throw new SchemaError({
      where,
      expected: `a column ${shownName(column)}`,
      received: names.length ? `the columns ${shownNames(names)}` : 'no columns',
      hint: didYouMean(column, names),
    });
  }
  const field = schema.fields[index];
  const { type } = field;
  const kind = columnKind(type);
  if (kind === undefined || (kind !== 'null' && !kinds.includes(kind))) {
    const told = noteOf(field);
    throw new SchemaError({
      where,
      expected: `column ${shownName(column)} to hold ${kinds.join(', ')}`,
      received: told ? `${type}: ${told.reason}` : `${type}`,
      hint: told?.hint ?? hint,
    });
  }
  return { index, kind };
}

/** A column's values in one record batch. */
export function columnData(records: RecordBatch, index: number): Data {
  return records.data.children[index];
}
