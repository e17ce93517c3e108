import { DataError, SchemaError } from '../errors.ts';
import { count } from '../format/figures.ts';
import { exactPercent } from '../format/shares.ts';
import type { Json } from '../json.ts';
import { abortSignal, columnName, integer, listOf, required } from '../options/bounds.ts';
import { checkOption, checkOptions } from '../options/checkOptions.ts';
import { didYouMean } from '../options/didYouMean.ts';
import { shownName, shownNames, shownValue } from '../options/shown.ts';
import { type ColumnSample, findLeaks } from '../preprocess/fit/findLeaks.ts';
import { sourceBound } from '../source/sourceBound.ts';
import type { Source } from '../source/types.ts';
import { type Asked, columnRole } from './columnRole.ts';
import { computedTarget } from './computedTarget.ts';
import { type ColumnFacts, inspectColumn } from './inspectColumn.ts';
import { judgeTarget } from './judgeTarget.ts';
import { sampleTable, type TableSample } from './tableSample.ts';
import type { InspectedColumn, InspectedTarget, Inspection } from './types.ts';

/** The options of `inspect`. */
export interface InspectOptions {
  /** The column that is to be predicted. */
  readonly target: string;
  /**
   * Columns that say whom or what a row is about: they are no features, and rows with the same values stay on one side of the split.
   * @default those that look like ids are no features
   */
  readonly id?: readonly string[];
  /** The column that says when a row was: it is no feature itself, for rows to come are later than all that were learned from. */
  readonly time?: string;
  /**
   * Rows of the sample, fewer where there are very many columns; an integer, at least 1.
   * @default 50000
   */
  readonly rows?: number;
  /**
   * Rows that the sample is drawn of, the first ones; an integer, at least 1.
   * @default 1000000
   */
  readonly scan?: number;
  /**
   * Chooses the sample, where the rows are more than it holds; an integer, at least 0.
   * @default 0
   */
  readonly seed?: number;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/** Values of all columns that are kept. */
const MOST_VALUES = 4_000_000;
const LEAST_SAMPLE = 1000;

/**
 * Looks at a bounded sample of a table and says what its columns are: numbers, categories, dates, ids, constants, columns that give the target
 * away, and words for missing values; and what kind of target it has. Text is looked at as text, whatever its reader would take it for.
 *
 * Nothing is certain of the rows that are not in the sample: `isWhole`, `rows` and `scanned` say which those are.
 *
 * @throws OptionError where an option is out of bounds
 * @throws SchemaError where a column is not there, or nothing can be predicted of the target's type
 * @throws DataError where there are no rows, too few with a label, or all labels are the same
 * @example (await inspect(memory(Array.from({ length: 100 }, (_, i) => ({ a: i % 7, price: i * i }))), { target: 'price' })).target.task //=> 'regression'
 */
export async function inspect(source: Source, options: InspectOptions): Promise<Inspection> {
  checkOption('inspect: source', source, sourceBound);
  checkOptions<InspectOptions>('inspect', options, {
    target: required(columnName),
    id: listOf('columns', columnName),
    time: columnName,
    rows: integer({ least: 1 }),
    scan: integer({ least: 1 }),
    seed: integer({ least: 0 }),
    signal: abortSignal,
  });
  const { target, id = [], time, rows = 50_000, scan = 1_000_000, seed = 0 } = options;
  const { signal = new AbortController().signal } = options;
  const raw = asText(source);
  const names = (await raw.schema(signal)).fields.map(({ name }) => name);
  for (const column of [target, ...id, ...(time === undefined ? [] : [time])]) assertColumn(source, column, names);
  const bounded = Math.max(LEAST_SAMPLE, Math.floor(MOST_VALUES / names.length));
  const sample = await sampleTable(raw, { rows: Math.min(rows, bounded), scan, seed, signal });
  if (sample.rows === 0) {
    throw new DataError({
      ...{ where: source.name, expected: 'rows to learn from' },
      received: sample.unreadable > 0 ? `${sample.unreadable} that cannot be read` : 'none: there is only a header',
      ...(sample.firstUnreadable !== undefined && { hint: sample.firstUnreadable }),
    });
  }
  return judge(source, sample, { target, id, time });
}

/** The same source, whose columns are all text where it is a format of text without types. */
function asText(source: Source): Source {
  const isDelimited = source.reading?.format === 'csv' || source.reading?.format === 'tsv';
  return isDelimited && source.with ? source.with({ options: { types: 'string', nulls: [] } }) : source;
}

function assertColumn(source: Source, column: string, names: readonly string[]): void {
  if (names.includes(column)) return;
  throw new SchemaError({
    where: source.name,
    expected: `a column ${shownName(column)}`,
    received: `the columns ${shownNames(names)}`,
    hint: didYouMean(column, names),
  });
}

function judge(source: Source, sample: TableSample, asked: Asked): Inspection {
  const { rows, scanned, isWhole, unreadable } = sample;
  const given = (source.reading?.options.nulls ?? []) as readonly string[];
  const first = sample.columns.map((column) => inspectColumn(column, new Set(given)));
  // A word that stands for no value in one column does so in all: a reader knows no others.
  const words = new Set([...given, ...first.flatMap((facts) => facts.words)]);
  const facts = sample.columns.map((column) => inspectColumn(column, words));
  const labels = facts.find(({ name }) => name === asked.target)!;
  const target = judgeTarget(labels, source.name);
  const others = facts.filter((each) => each !== labels);
  const leaks = leaksOf(labels, target, others);
  const computed = target.task === 'regression' ? computedTarget(labels, others) : [];
  const columns = facts.map((each): InspectedColumn => {
    const { values: _, orDateFormat, oddWords, isMixed, ...column } = each;
    return { ...column, ...columnRole(each, { sample, asked, leaks, computed, target }) };
  });
  return {
    ...{ source: source.name, rows, scanned, isWhole, unreadable, columns, target },
    splitBy: asked.id.filter((name) => {
      const { different, missing } = facts.find((each) => each.name === name)!;
      return different < rows - missing;
    }),
    ...(asked.time !== undefined && { time: asked.time }),
    reading: readingOf(facts, [...words], source),
    notes: notesOf(facts, sample, target, columns),
  };
}

/** What the reader of a text is told. */
function readingOf(facts: readonly ColumnFacts[], words: readonly string[], source: Source): Record<string, Json> {
  const format = source.reading?.format;
  const isDelimited = format === 'csv' || format === 'tsv';
  if (!isDelimited && format !== 'jsonLines') return {};
  const nulls = [...new Set([...(isDelimited ? [''] : []), ...words])];
  const styles = facts.flatMap(({ kind, style }) => (kind === 'numbers' && style ? [style] : []));
  const isComma = styles.some(({ decimal }) => decimal === ',') && styles.every(({ decimal }) => decimal === ',');
  return {
    ...(nulls.length > (isDelimited ? 1 : 0) && { nulls }),
    ...(isDelimited && isComma && { decimal: ',' }),
  };
}

/** Features that alone tell the target, by name, and how. */
function leaksOf(labels: ColumnFacts, { task }: InspectedTarget, others: readonly ColumnFacts[]): Map<string, string> {
  const rows = labels.values.flatMap((label, row) => (label === null ? [] : [row]));
  const numbered = (facts: ColumnFacts, isNumber: boolean) => {
    const ids = new Map<unknown, number>();
    return Float64Array.from(rows, (row) => {
      const value = facts.values[row];
      if (value === null) return Number.NaN;
      if (isNumber) return Number(value);
      if (!ids.has(value)) ids.set(value, ids.size);
      return ids.get(value)!;
    });
  };
  const usable = others.filter(({ kind }) => !['lists', 'nothing', 'other'].includes(kind));
  const sample: ColumnSample = {
    rows: rows.length,
    target: numbered(labels, task === 'regression'),
    features: usable.map((facts) => {
      const isNumber = ['numbers', 'integers', 'dates', 'booleans'].includes(facts.kind);
      return {
        name: facts.name,
        kind: isNumber ? 'numbers' : 'categories',
        values: numbered(facts, isNumber),
      };
    }),
  };
  return new Map(
    findLeaks(sample, task === 'regression' ? 'numbers' : 'classes').map(({ feature, share }) => [
      feature,
      share === undefined
        ? `it alone tells ${shownName(labels.name)} almost exactly`
        : `it alone tells ${shownName(labels.name)} in ${exactPercent(share)} of the rows`,
    ]),
  );
}

function notesOf(
  facts: readonly ColumnFacts[],
  { rows, scanned, isWhole, unreadable, firstUnreadable }: TableSample,
  target: InspectedTarget,
  columns: readonly InspectedColumn[],
): string[] {
  const notes: string[] = [];
  if (rows < scanned || !isWhole) {
    notes.push(
      `the other rows were not looked at: a value there that does not fit ends training with an error that names its row`,
    );
  }
  if (unreadable > 0) notes.push(`${count(unreadable)} rows cannot be read, the first of them: ${firstUnreadable}`);
  if (target.missing > 0) {
    notes.push(`${count(target.missing)} rows have no ${shownName(target.column)}: they are left out of training`);
  }
  for (const { name, orDateFormat, dateFormat, oddWords = [] } of facts) {
    if (orDateFormat) notes.push(`the dates of ${shownName(name)} may be ${dateFormat} or ${orDateFormat}: check them`);
    if (oddWords.length > 0) {
      notes.push(`${shownName(name)} has numbers, and ${oddWords.map(shownValue).join(', ')}: taken as missing`);
    }
  }
  const smallest = target.classes.at(-1);
  if (smallest && smallest[1] < 20) {
    notes.push(`there are only ${smallest[1]} rows of ${shownValue(smallest[0])}: little can be learned about it`);
  }
  if (rows < 200) notes.push(`${count(rows)} rows are few: the held-out ones say little of how good the model is`);
  if (!columns.some(({ role }) => role === 'feature' || role === 'time')) {
    throw new DataError({
      where: `target ${shownName(target.column)}`,
      expected: 'a column to learn it from',
      received: columns.map(({ name, role }) => `${shownName(name)} (${role})`).join(', '),
      hint: 'Nothing else has information that can be used: see why each column is left out',
    });
  }
  return notes;
}
