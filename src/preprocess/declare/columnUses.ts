import { shownName } from '../../options/shown.ts';
import type { Category } from '../../source/column/categoryTable.ts';
import type { ColumnUse } from '../../source/column/findColumn.ts';

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
    hint: "Say which of two values means yes, as binary(column, { positive: 'yes' }), or declare the target with classes(...)",
  },
  classes: { kinds: ['string', 'number', 'boolean'], hint: 'Derive a column of strings or numbers first' },
  weight: { kinds: ['number', 'boolean'], hint: 'Derive a column of numbers first' },
  regression: { kinds: ['number', 'boolean'], hint: 'Derive a column of numbers first' },
} as const;

/** The use that a feature or target makes of its column. */
export function columnUse(kind: keyof typeof uses, column: string): ColumnUse {
  return { column, where: usedAs(kind, column), ...uses[kind] };
}

/** The use that a target makes of its column: labels of which one is named may be strings, too. */
export function targetUse({ kind, column, positive }: TargetColumn): ColumnUse {
  const use = columnUse(kind, column);
  return positive === undefined ? use : { ...use, kinds: uses.classes.kinds };
}

/** What a target, declared or fitted, says of its column. */
interface TargetColumn {
  readonly kind: 'binary' | 'classes' | 'regression';
  readonly column: string;
  readonly positive?: Category;
}

/**
 * A use of a column in errors.
 *
 * @example usedAs('numeric', 'passenger class') //=> "numeric 'passenger class'"
 */
export function usedAs(kind: keyof typeof uses, column: string): string {
  return `${kind} ${shownName(column)}`;
}
