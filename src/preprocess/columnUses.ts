import type { ColumnUse } from './findColumn.ts';

/** What each kind of feature or target takes, and what to do with a column that is something else. */
const uses = {
  numeric: {
    kinds: ['number', 'boolean', 'timestamp'],
    hint: 'Declare strings as oneHot() or embedding(width), lists of numbers as vector(size)',
  },
  vector: { kinds: ['list'], hint: 'Declare single numbers as numeric()' },
  oneHot: {
    kinds: ['string', 'number', 'boolean'],
    hint: 'Derive a part of it first, as hourOfDay does of a point in time',
  },
  embedding: {
    kinds: ['string', 'number', 'boolean'],
    hint: 'Derive a part of it first, as hourOfDay does of a point in time',
  },
  binary: {
    kinds: ['number', 'boolean'],
    hint: 'Derive a column that is true or false first, or declare the target with classes(...)',
  },
  classes: { kinds: ['string', 'number', 'boolean'], hint: 'Derive a column of strings or numbers first' },
  weight: { kinds: ['number', 'boolean'], hint: 'Derive a column of numbers first' },
  regression: { kinds: ['number', 'boolean'], hint: 'Derive a column of numbers first' },
} as const;

/** The use that a feature or target makes of its column. */
export function columnUse(kind: keyof typeof uses, column: string): ColumnUse {
  return { column, where: `${kind} ${column}`, ...uses[kind] };
}
