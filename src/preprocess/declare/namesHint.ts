import { shownValue } from '../../options/shown.ts';
import type { Category } from '../../source/column/categoryTable.ts';

/** Classes that are written out. */
const MOST = 50;

/** What to do where there is a class that the target does not have: one sentence, without a full stop. */
export function namesHint(column: string, names: readonly Category[]): string {
  const shown = names.slice(0, MOST).map(shownValue).join(', ');
  const rest = names.length > MOST ? `, and ${names.length - MOST} more` : '';
  return `Name all classes: classes(${shownValue(column)}, { names: [${shown}${rest}] })`;
}
