import { count } from '../format/figures.ts';
import { exactPercent } from '../format/shares.ts';
import { table } from '../format/table.ts';
import { lookedAt } from '../inspect/pipelineText.ts';
import type { InspectedColumn, Inspection } from '../inspect/types.ts';
import { shownValue } from '../options/shown.ts';

const WIDEST_NAME = 24;
const WIDTH = 100;

/** What was seen of a table, for people: a line for each column, 100 characters wide at the most. */
export function renderInspection(inspection: Inspection): string {
  const { source, rows, columns, target, notes } = inspection;
  const lines = columns.map((column) => [
    cut(column.name, WIDEST_NAME),
    kindOf(column),
    column.missing === 0 ? '' : exactPercent(column.missing / rows),
    count(column.different),
    column.role === 'feature' || column.role === 'target' ? column.role : `no: ${column.role}`,
    column.why,
  ]);
  const seen = table([['column', 'holds', 'missing', 'different', 'used', ''], ...lines], [2, 3]);
  return [
    `${source}: ${lookedAt(inspection)}`,
    '',
    ...seen.split('\n').map((line) => cut(line, WIDTH)),
    '',
    `${target.column}: ${taskOf(target.task)}: ${target.why}`,
    ...balance(target),
    ...notes.map((note) => `! ${note}`),
  ].join('\n');
}

function taskOf(task: Inspection['target']['task']): string {
  return { binary: 'yes or no', classes: 'one of several classes', regression: 'a number' }[task];
}

function balance({ classes }: Inspection['target']): string[] {
  const all = classes.reduce((sum, [, rows]) => sum + rows, 0);
  const shown = classes
    .slice(0, 6)
    .map(([value, rows]) => `${shownValue(value)} ${exactPercent(rows / all)}`)
    .join(', ');
  return classes.length === 0 ? [] : [`  ${shown}${classes.length > 6 ? `, and ${classes.length - 6} more` : ''}`];
}

function kindOf({ kind, words, dateFormat, size }: InspectedColumn): string {
  const name = {
    integers: 'whole numbers',
    numbers: 'numbers',
    booleans: 'true or false',
    categories: 'categories',
    dates: dateFormat === undefined ? 'dates' : `dates ${dateFormat}`,
    texts: 'text',
    lists: `lists of ${size}`,
    nothing: 'nothing',
    other: 'other',
  }[kind];
  return words.length > 0 ? cut(`${name}, ${words.join(' ')}`, 24) : name;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
