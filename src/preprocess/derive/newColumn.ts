import type { Field, Schema } from 'apache-arrow';
import type { Json } from '../../json.ts';
import { shownNames } from '../../options/shown.ts';
import type { ColumnKind } from '../../source/column/columnKind.ts';
import { findColumn } from '../../source/column/findColumn.ts';
import { checkNewNames } from './checkNewNames.ts';
import type { Derivation } from './derivation.ts';

/** What computes a column from others of one kind. */
export interface NewColumn {
  /** What the function is called by the user. */
  readonly verb: string;
  readonly columns: readonly string[];
  readonly kind: ColumnKind & Derivation['reads'];
  /** The options that are not columns or names. */
  readonly options?: { readonly [key: string]: Json };
}

/** What derivations have in common that make one column: all but what they compute. */
export function newColumn({ verb, columns, kind, options = {} }: NewColumn, field: Field) {
  const where = `${verb} ${shownNames(columns)}`;
  const kinds = [kind];
  const indexOf = (schema: Schema, column: string) => findColumn(schema, { column, kinds, where }).index;
  return {
    names: [field.name],
    columns,
    reads: kind,
    description: {
      verb,
      ...(columns.length === 1 ? { column: columns[0] } : { columns: [...columns] }),
      ...options,
      as: field.name,
    },
    fields(schema: Schema) {
      for (const column of columns) indexOf(schema, column);
      checkNewNames(where, schema, [field.name]);
      return [field];
    },
    indexOf,
  };
}
