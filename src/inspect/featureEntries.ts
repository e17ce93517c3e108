import { count } from '../format/figures.ts';
import { exactPercent } from '../format/shares.ts';
import { areCategories, defaultCategories } from './defaultTraining.ts';
import { type Entry, key, quoted } from './entryText.ts';
import { isReadable } from './inspectPlace.ts';
import { dateReaderText, dayOfYearText, numberReaderText } from './readerText.ts';
import type { InspectedColumn, InspectedPlace, Inspection } from './types.ts';

/** What stands in the file of a pipeline for the columns of a table. */
export interface FeatureEntries {
  readonly derive: readonly Entry[];
  readonly features: readonly Entry[];
  /** The column of the label, which may be a derived one. */
  readonly label: string;
  /** Functions that the derived columns call. */
  readonly functions: readonly string[];
}

/** Only over years does a day of the year say anything that the date itself does not. */
const YEARS = 400 * 86_400_000;

/** @param use is told of each name that is imported, and gives it back */
export function featureEntries(
  { columns, target, rows, time }: Inspection,
  place: InspectedPlace,
  use: (name: string) => string,
): FeatureEntries {
  const derive: Entry[] = [];
  const features: Entry[] = [];
  const functions = new Map<string, string>();
  const taken = new Set(columns.map((column) => column.name));
  const isText = place.format === 'csv' || place.format === 'tsv';

  /** A name for a new column. */
  function fresh(base: string): string {
    let made = base;
    for (let k = 2; taken.has(made); k++) made = `${base}${k}`;
    taken.add(made);
    return made;
  }

  function feature(column: string, code: string, comment: string): void {
    features.push({ code: `${key(column)}: ${code}`, comment });
  }

  /** The column, or one that is derived from it where no reader takes what is in it for numbers. */
  function numbersOf({ name, kind, style, words }: InspectedColumn): string {
    if (!style || (isText && isReadable(style, place.options.decimal ?? '.', kind))) return name;
    const made = fresh(derivedName(name, 'Number'));
    const textOf = (reader: string) => numberReaderText(reader, style, isText ? [] : words);
    let reader = [...functions].find(([known, text]) => text === textOf(known))?.[0];
    if (reader === undefined) {
      reader = `readNumber${functions.size === 0 ? '' : functions.size + 1}`;
      functions.set(reader, textOf(reader));
    }
    derive.push({
      code: `${use('derive')}(${quoted(made)}, [${quoted(name)}], ${reader})`,
      comment: `${name} as a number: it is text`,
    });
    return made;
  }

  /** A column that is derived from a date, by a function of the library or, of a text that is no date to it, by one of the file's own. */
  function partOf({ name, dateFormat }: InspectedColumn, suffix: string, comment: string, verb: string, own: string) {
    const made = fresh(derivedName(name, suffix));
    if (dateFormat === undefined) {
      derive.push({ code: `${use(verb)}(${quoted(name)}, { as: ${quoted(made)} })`, comment });
      return made;
    }
    const reader = readerOf(dateFormat);
    const date = `${reader}(text)`;
    const code = `${use('derive')}(${quoted(made)}, [${quoted(name)}], (text: string) => ${own.replace('date', date)})`;
    derive.push({ code, comment });
    return made;
  }

  function readerOf(format: string): string {
    const known = [...functions].find(([name, text]) => text === dateReaderText(name, format))?.[0];
    if (known !== undefined) return known;
    const name = `readDate${functions.has('readDate') ? functions.size + 1 : ''}`;
    functions.set(name, dateReaderText(name, format));
    return name;
  }

  function dateFeatures(column: InspectedColumn): void {
    const { name, least = 0, most = 0, dateFormat, hasTime, why } = column;
    const none = column.missing > 0 ? "{ missing: 'category' }" : '';
    if (hasTime) {
      const hour = partOf(column, 'Hour', `the hour of ${name}, 0 to 23`, 'hourOfDay', 'date.getUTCHours()');
      feature(hour, `${use('oneHot')}(${none})`, 'an input for each hour');
    }
    const weekday = partOf(column, 'Weekday', `the day of the week of ${name}`, 'dayOfWeek', 'date.getUTCDay()');
    feature(weekday, `${use('oneHot')}(${none})`, 'an input for each day of the week');
    if (most - least > YEARS) {
      const day = partOf(column, 'YearDay', `the day of the year, 1 to 366`, 'dayOfYear', 'dayOfYearOf(date)');
      if (dateFormat !== undefined) functions.set('dayOfYearOf', dayOfYearText);
      derive.push({
        code: `${use('cyclical')}(${quoted(day)}, { period: 365 })`,
        comment: 'as a place on a circle: December is close to January',
      });
      for (const each of ['Sin', 'Cos']) feature(`${day}${each}`, `${use('numeric')}()`, 'the season');
    }
    // Rows to come are later than all that were learned from.
    if (name === time) return;
    const number =
      dateFormat === undefined
        ? name
        : partOf(column, 'Days', `days from 1970 to ${name}`, '', 'date.getTime() / 86_400_000');
    feature(number, inBins(column), why);
  }

  /** A network learns steps and bends of a number from its bins. */
  function inBins({ missing }: InspectedColumn): string {
    const none = missing > 0 ? ", missing: 'indicator'" : '';
    return `${use('numeric')}({ embed: 'piecewiseLinear'${none} })`;
  }

  function categoryFeature({ name, different, missing }: InspectedColumn): void {
    const { width, minCount } = defaultCategories(different);
    const options = [
      ...(minCount > 1 ? [`minCount: ${minCount}`] : []),
      ...(missing > 0 ? ["missing: 'category'"] : []),
    ];
    const all = options.length > 0 ? `{ ${options.join(', ')} }` : '';
    const none = missing > 0 ? ', and one for missing' : '';
    const what = `${count(different)} categories`;
    if (width === 0) {
      feature(name, `${use('oneHot')}(${all})`, `${what}: an input for each${none}`);
      return;
    }
    const code = `${use('embedding')}(${[width, all].filter((each) => each !== '').join(', ')})`;
    const rare = minCount > 1 ? `; those seen less than ${minCount} times share theirs` : '';
    feature(name, code, `${what}: ${width} learned numbers for each${none}${rare}`);
  }

  for (const column of columns) {
    const { name, role, kind, different, missing, why, size } = column;
    if (role === 'time') dateFeatures(column);
    if (role !== 'feature') continue;
    if (kind === 'dates') dateFeatures(column);
    else if (kind === 'booleans') {
      const none = missing > 0 ? "{ missing: 'category' }" : '';
      feature(name, `${use('oneHot')}(${none})`, `true or false${missing > 0 ? ', or missing' : ''}`);
    } else if (kind === 'lists') feature(name, `${use('vector')}(${size})`, why);
    else if (kind === 'categories') categoryFeature(column);
    else {
      const share = missing > 0 ? `; ${exactPercent(missing / rows)} missing, with an input that says where` : '';
      const few = kind === 'integers' && areCategories(different, rows - missing);
      const what = few ? `${count(different)} whole numbers: an input for each` : why;
      feature(numbersOf(column), inBins(column), what + share);
    }
  }
  const label = columns.find(({ role }) => role === 'target')!;
  const labelName = target.task === 'regression' ? numbersOf(label) : label.name;
  return { derive, features, label: labelName, functions: [...functions.values()] };
}

/** As one word where the name is one. */
function derivedName(name: string, suffix: string): string {
  return /^[\w$]+$/.test(name) ? name + suffix : `${name} ${suffix.toLowerCase()}`;
}
