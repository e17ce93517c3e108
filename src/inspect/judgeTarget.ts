import { DataError, SchemaError } from '../errors.ts';
import { count } from '../format/figures.ts';
import { shownName, shownValue } from '../options/shown.ts';
import type { Category } from '../source/column/categoryTable.ts';
import type { ColumnFacts } from './inspectColumn.ts';
import type { InspectedTarget } from './types.ts';

/** With fewer labelled rows there is nothing to learn from, nor to hold out. */
const LEAST_LABELS = 10;
/** So many different whole numbers are taken for classes. */
const MOST_NUMBERED = 10;
const MOST_CLASSES = 1000;
/** Rows of a class, on average. */
const ROWS_OF_CLASS = 5;

const affirmative = /^(y|yes|true|t|ja|j|oui|o|si|sí|sim|是|да|positive|pos)$/i;

/**
 * What is asked about a column: one of two classes, one of several, or a number.
 *
 * @throws DataError where there are too few labels, or all are the same
 * @throws SchemaError where nothing can be predicted of what it holds
 */
export function judgeTarget(facts: ColumnFacts, source: string): InspectedTarget {
  const { name, kind, values, missing, different, isCode } = facts;
  const column = name;
  const where = `${source}: target ${shownName(name)}`;
  const labelled = values.length - missing;
  if (kind === 'dates' || kind === 'lists' || kind === 'other') {
    throw new SchemaError({
      ...{ where, expected: 'a column of classes or numbers', received: kind === 'other' ? 'another type' : kind },
      hint: 'Name a column that says yes or no, one of several classes, or a number',
    });
  }
  if (labelled < LEAST_LABELS) {
    throw new DataError({
      ...{ where, expected: `at least ${LEAST_LABELS} rows with a value, to learn from`, received: count(labelled) },
      hint: labelled === 0 ? 'Is it the right column' : 'Collect more rows first: some hundreds are a good start',
    });
  }
  const counts = new Map<Category, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const classes = [...counts].sort(([, a], [, b]) => b - a);
  if (different === 1) {
    throw new DataError({
      ...{ where, expected: 'two or more different values', received: `only ${shownValue(classes[0]![0])}` },
      hint: 'There is nothing to tell apart: name another column, or a file that has rows of each class',
    });
  }
  if (different === 2) {
    const [[often], [rare]] = classes as [[Category, number], [Category, number]];
    const isZeroOne = String(often) === '0' || String(rare) === '0';
    const yes = [often, rare].find(
      (value) => value === true || affirmative.test(String(value)) || (isZeroOne && String(value) === '1'),
    );
    const positive = yes ?? rare;
    const why =
      yes !== undefined
        ? `it has two values, of which ${shownValue(positive)} means yes`
        : `it has two values; ${shownValue(positive)}, the rarer one, is what is asked about`;
    return { ...{ column, task: 'binary', why, classes, positive, missing } };
  }
  const isWords = kind === 'categories' || kind === 'texts';
  if (kind === 'texts' || (isWords && (different > MOST_CLASSES || labelled < ROWS_OF_CLASS * different))) {
    throw new DataError({
      ...{ where, expected: `at least ${ROWS_OF_CLASS} rows of each class, on average` },
      received: `${count(different)} different values in ${count(labelled)} rows, as ${classes
        .slice(0, 3)
        .map(([value]) => shownValue(value))
        .join(', ')}`,
      hint: isCode ? 'It looks like an id: name another column' : 'Put rare classes together first',
    });
  }
  if (isWords) return { column, task: 'classes', why: `it has ${different} different words`, classes, missing };
  if (kind === 'integers' && different <= MOST_NUMBERED && labelled >= ROWS_OF_CLASS * different) {
    const why = `it has ${different} different whole numbers; where they are amounts, write regression(...)`;
    return { column, task: 'classes', why, classes, missing };
  }
  return { column, task: 'regression', why: `it has ${count(different)} different numbers`, classes: [], missing };
}
