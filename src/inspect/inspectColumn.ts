import { parseTime } from '../source/text/parseTime.ts';
import { valueCause } from '../source/text/valueCause.ts';
import { dateFormatOf, readDate } from './dateFormat.ts';
import { numberStyleOf, plainStyle, readNumber } from './numberStyle.ts';
import type { SampledColumn } from './tableSample.ts';
import type { InspectedColumn, SampledValue } from './types.ts';

/** What the values of a column are; what it is for depends on the others. */
export interface ColumnFacts extends Omit<InspectedColumn, 'role' | 'why'> {
  /** The values as what they are: numbers, milliseconds since 1970, strings, booleans; null where there is none. */
  readonly values: readonly SampledValue[];
  /** Other dates that it could hold as well: `d/m/y` for `m/d/y`. */
  readonly orDateFormat?: string;
  /** Words among numbers that are no usual ones for a missing value. */
  readonly oddWords?: readonly string[];
  /** Texts among which numbers are: neither the one nor the other. */
  readonly isMixed?: boolean;
}

/** Words that may as well be categories. */
const mayBeCategories = new Set(['none', 'unknown', 'missing', 'undefined', 'nil', '.', '*']);
/** Shares of rows. */
const MOSTLY = 0.95;
const PARTLY = 0.5;
const HARDLY_TWICE = 0.8;
/** Fewer different words are categories, whatever their share. */
const FEW_WORDS = 50;

/**
 * Tells what a column holds.
 *
 * @param nulls words that stand for no value in all columns
 */
export function inspectColumn(column: SampledColumn, nulls: ReadonlySet<string>): ColumnFacts {
  const { kind, values } = column;
  switch (kind) {
    case 'string':
      return textFacts(column, nulls);
    case 'number': {
      // Integers that no number holds exactly came as text.
      if (values.some((value) => typeof value === 'string')) {
        return { ...factsOf(column, 'categories', values.map(textOf)), isCode: true };
      }
      return numberFacts(column, values as readonly (number | null)[]);
    }
    case 'boolean':
      return factsOf(column, 'booleans', values);
    case 'timestamp':
      return { ...numberFacts(column, values as readonly (number | null)[]), kind: 'dates', hasTime: hasTimes(values) };
    case 'list':
      return { ...factsOf(column, 'lists', values), size: column.size };
    case 'null':
      return factsOf(column, 'nothing', values);
    default:
      return factsOf(column, 'other', values);
  }
}

function textOf(value: SampledValue): string | null {
  return value === null ? null : String(value);
}

function hasTimes(values: readonly SampledValue[]): boolean {
  return values.some((value) => typeof value === 'number' && value % 86_400_000 !== 0);
}

function factsOf(
  { name }: SampledColumn,
  kind: ColumnFacts['kind'],
  values: readonly SampledValue[],
  words: readonly string[] = [],
): ColumnFacts {
  const counts = new Map<SampledValue, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const frequent = [...counts].sort(([, a], [, b]) => b - a).slice(0, 10);
  return {
    ...{ name, kind, values, words, different: counts.size },
    missing: values.filter((value) => value === null).length,
    frequent: frequent.map(([value, rows]) => [String(value), rows] as const),
  };
}

function numberFacts(
  column: SampledColumn,
  values: readonly (number | null)[],
  words: readonly string[] = [],
): ColumnFacts {
  let [least, most, isInteger] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (const value of values) {
    if (value === null) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
    isInteger &&= Number.isInteger(value);
  }
  if (least > most) return factsOf(column, 'nothing', values, words);
  return { ...factsOf(column, isInteger ? 'integers' : 'numbers', values, words), least, most };
}

function textFacts(column: SampledColumn, nulls: ReadonlySet<string>): ColumnFacts {
  const texts = column.values as readonly (string | null)[];
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
  const isWord = (text: string) => nulls.has(text) || valueCause(text, '.') === 'missing';
  const isSureWord = (text: string) =>
    nulls.has(text) || (isWord(text) && !mayBeCategories.has(text.trim().toLowerCase()));
  const all = [...counts.keys()];
  const present = all.filter((text) => !isWord(text));
  const wordsOf = (is: (text: string) => boolean) => all.filter((text) => text !== '' && is(text));
  const valuesBy = (is: (text: string) => boolean, read: (text: string) => SampledValue) => {
    const read1 = new Map(all.map((text) => [text, is(text) ? null : read(text)]));
    return texts.map((text) => (text === null ? null : read1.get(text)!));
  };
  if (present.length === 0) {
    // `none` in some rows and `unknown` in others are categories.
    const sure = all.filter((text) => !isSureWord(text));
    if (sure.length > 1) return factsOf(column, 'categories', valuesBy(isSureWord, String), wordsOf(isSureWord));
    return factsOf(column, 'nothing', valuesBy(isWord, String), wordsOf(isWord));
  }

  const style = numberStyleOf(present);
  if (style) {
    // Leading zeros make a code: and an integer that is too long for a number is one as well.
    const isCode = present.some((text) => /^\s*[-+]?0\d+\s*$/.test(text) || isTooLong(text));
    if (isCode) {
      return { ...factsOf(column, 'categories', valuesBy(isWord, String), wordsOf(isWord)), isCode: true };
    }
    const values = valuesBy(isWord, (text) => readNumber(text, style)!) as readonly (number | null)[];
    return { ...numberFacts(column, values, wordsOf(isWord)), style };
  }

  const moment = { seconds: 0, micros: 0, kind: 'date' as 'date' | 'timestamp' | 'timestampUtc' };
  const timeOf = (text: string) => {
    const bytes = Buffer.from(text);
    return parseTime(bytes, 0, bytes.length, moment) ? 1000 * moment.seconds + moment.micros / 1000 : undefined;
  };
  if (present.every((text) => timeOf(text) !== undefined)) {
    const values = valuesBy(isWord, (text) => timeOf(text)!);
    const facts = numberFacts(column, values as readonly (number | null)[], wordsOf(isWord));
    return { ...facts, kind: 'dates', hasTime: hasTimes(values) };
  }
  const dates = dateFormatOf(present);
  if (dates) {
    const values = valuesBy(isWord, (text) => readDate(text, dates.format)!);
    const facts = numberFacts(column, values as readonly (number | null)[], wordsOf(isWord));
    return {
      ...facts,
      ...{ kind: 'dates', hasTime: dates.hasTime, dateFormat: dates.format },
      ...(dates.or !== undefined && { orDateFormat: dates.or }),
    };
  }
  if (present.every((text) => /^(true|false)$/i.test(text))) {
    const values = valuesBy(isWord, (text) => text.toLowerCase() === 'true');
    return factsOf(column, 'booleans', values, wordsOf(isWord));
  }

  const rowsOf = (some: readonly string[]) => some.reduce((sum, text) => sum + counts.get(text)!, 0);
  const rows = rowsOf(present);
  const numbers = present.filter((text) => readNumber(text, plainStyle) !== undefined);
  const numberRows = rowsOf(numbers);
  const odd = present.filter((text) => readNumber(text, plainStyle) === undefined);
  if (numbers.length > 10 && numberRows >= MOSTLY * rows && odd.length <= 5) {
    const isNull = (text: string) => isWord(text) || odd.includes(text);
    const values = valuesBy(isNull, (text) => readNumber(text, plainStyle)!) as readonly (number | null)[];
    return { ...numberFacts(column, values, wordsOf(isNull)), style: plainStyle, oddWords: odd };
  }
  const values = valuesBy(isSureWord, String);
  const facts = factsOf(column, 'categories', values, wordsOf(isSureWord));
  if (numbers.length > FEW_WORDS && numberRows > PARTLY * rows) return { ...facts, isMixed: true };
  const isText = facts.different > FEW_WORDS && facts.different > HARDLY_TWICE * (texts.length - facts.missing);
  return isText ? { ...facts, kind: 'texts' } : facts;
}

/** Whether it is an integer beyond 2^53. */
function isTooLong(text: string): boolean {
  return /^\s*[-+]?\d{16,}\s*$/.test(text) && !Number.isSafeInteger(Number(text));
}
