import { shownNames, shownValue } from './shown.ts';

/** What an option may be. */
export interface Bound<T = unknown> {
  /** In words, for the error: `an integer of at least 1`. */
  readonly expected: string;
  holds(value: unknown): boolean;
  /** Whether it must be given. */
  readonly isRequired?: true;
  /** The only words that it may be, for those that are spelt nearly so. */
  readonly words?: readonly string[];
  /** The options in it, where it is an object of options. */
  readonly fields?: Readonly<Record<string, Bound>>;
  /** What each item may be, where it is a list, or each value, where it is an object with names of the user's own. */
  readonly item?: Bound;
  readonly value?: Bound;
  /** What to do where it is a value that others give. */
  readonly hint?: (value: unknown) => string | undefined;
  /** The type alone: there is no such value. */
  readonly type?: T;
}

/** One that must be given. */
export interface RequiredBound<T = unknown> extends Bound<T> {
  readonly isRequired: true;
}

/** A bound for each option there is. TypeScript sees that none is left out, and that the right ones are required. */
export type Fields<Options> = {
  readonly [Name in keyof Options]-?: undefined extends Options[Name]
    ? Bound<Exclude<Options[Name], undefined>>
    : RequiredBound<Options[Name]>;
};

/** The same option, which must be given. */
export function required<T>(bound: Bound<T>): RequiredBound<T> {
  return { ...bound, isRequired: true };
}

/** Anything else: words for the error, and a test. */
export function bound<T = never>(expected: string, holds: (value: unknown) => boolean, hint?: Bound['hint']): Bound<T> {
  return { expected, holds, ...(hint && { hint }) };
}

export interface IntegerRange {
  /** @default none */
  readonly least?: number;
  /** @default none */
  readonly most?: number;
}

/**
 * A whole number that float64 holds exactly.
 *
 * @example integer({ least: 1 }).expected //=> 'an integer of at least 1'
 * @example integer({ least: 1, most: 64 }).expected //=> 'an integer from 1 to 64'
 */
export function integer({ least, most }: IntegerRange = {}): Bound<number> {
  const range = least === undefined ? '' : most === undefined ? ` of at least ${least}` : ` from ${least} to ${most}`;
  return bound(`an integer${range}`, (value) => {
    return (
      Number.isSafeInteger(value) &&
      (value as number) >= (least ?? -Infinity) &&
      (value as number) <= (most ?? Infinity)
    );
  });
}

/** The ends of a range: `least` and `most` belong to it, `above` and `below` do not. */
export interface NumberRange {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly below?: number;
}

/**
 * A finite number.
 *
 * @example number().expected //=> 'a finite number'
 * @example number({ above: 0 }).expected //=> 'a finite number above 0'
 * @example number({ least: 0, below: 1 }).expected //=> 'a number in [0, 1)'
 */
export function number(range: NumberRange = {}): Bound<number> {
  const { least = -Infinity, above = -Infinity, most = Infinity, below = Infinity } = range;
  return bound(inWords(range), (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false;
    return value >= least && value > above && value <= most && value < below;
  });
}

function inWords({ least, above, most, below }: NumberRange): string {
  const from = least ?? above;
  const to = most ?? below;
  if (from !== undefined && to !== undefined) {
    return `a number in ${least === undefined ? '(' : '['}${from}, ${to}${most === undefined ? ')' : ']'}`;
  }
  if (least !== undefined) return `a finite number of at least ${least}`;
  if (above !== undefined) return `a finite number above ${above}`;
  if (most !== undefined) return `a finite number of at most ${most}`;
  return below === undefined ? 'a finite number' : `a finite number below ${below}`;
}

/** Milliseconds that a timer takes. */
export const timerMs: Bound<number> = {
  ...number({ above: 0, most: 2 ** 31 - 1 }),
  expected: `a positive number of milliseconds, at most ${2 ** 31 - 1}`,
};

/** Milliseconds that a wait takes at the most. */
export const waitMs: Bound<number> = bound(
  'a positive number of milliseconds, or Infinity',
  (value) => typeof value === 'number' && value > 0,
);

/** A size in MB (10^6 bytes). */
export const megabytes: Bound<number> = { ...number({ above: 0 }), expected: 'a positive number of megabytes' };

/** Yes or no. */
export const flag: Bound<boolean> = bound('true or false', (value) => typeof value === 'boolean');

/**
 * One of some words.
 *
 * @example oneOf('first', 'all').expected //=> "'first' or 'all'"
 */
export function oneOf<const Word extends string>(...words: readonly Word[]): Bound<Word> {
  const shown = words.map(shownValue);
  const expected = shown.length > 1 ? `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}` : shown[0];
  return { expected, holds: (value) => words.includes(value as Word), words };
}

/** A text, which may be empty. */
export const anyText: Bound<string> = bound('a text', (value) => typeof value === 'string');

/** A text that is not empty: a name, a path. */
export function text(expected: string): Bound<string> {
  return bound(expected, (value) => typeof value === 'string' && value !== '');
}

/** The name of a column. */
export const columnName: Bound<string> = text('the name of a column');

/**
 * A function.
 *
 * @param expected what it does, where that is worth saying
 */
export function aFunction<T = never>(expected = 'a function'): Bound<T> {
  return bound(expected, (value) => typeof value === 'function');
}

/**
 * What a function of ours, or one of the user's own, has made: a layer, a loss, a source.
 *
 * @param expected a noun and an example, as `a loss, as huber()`
 * @param method a function that it has, which tells it from other things
 */
export function made<T extends object>(expected: string, method: keyof T & string): Bound<T> {
  return bound(
    expected,
    (value) => typeof value === 'object' && value !== null && typeof (value as Partial<T>)[method] === 'function',
    (value) =>
      typeof value === 'string' && /^[A-Za-z]\w*$/.test(value) ? `It is made by a function, as ${value}()` : undefined,
  );
}

/**
 * A list, each item of which is within a bound.
 *
 * @param what the items, in words
 * @param least how many there must be
 * @example listOf('layers', flag, 1).expected //=> 'a list of layers, at least one'
 */
export function listOf<T>(what: string, item: Bound<T>, least: 0 | 1 = 0): Bound<readonly T[]> {
  return {
    expected: `a list of ${what}${least === 0 ? '' : ', at least one'}`,
    holds: (value) => Array.isArray(value) && value.length >= least,
    hint: (value) => (item.holds(value) ? 'Put it in brackets: [...]' : undefined),
    item,
  };
}

/**
 * An object whose names are the user's own, each value of which is within a bound.
 *
 * @param what the values, in words
 */
export function recordOf<T>(what: string, value: Bound<T>): Bound<{ readonly [name: string]: T }> {
  return { ...bound(`an object of ${what}`, isObject), value };
}

/**
 * One thing or another, of which an object of options may be one.
 *
 * @example either(integer({ least: 1 }), exactly(false)).expected //=> 'an integer of at least 1, or false'
 */
export function either<A, B>(first: Bound<A>, second: Bound<B>): Bound<A | B> {
  return {
    expected: `${first.expected}, or ${second.expected}`,
    holds: (value) => first.holds(value) || second.holds(value),
    words: [...(first.words ?? []), ...(second.words ?? [])],
    fields: first.fields ?? second.fields,
    item: first.item ?? second.item,
    value: first.value ?? second.value,
    hint: first.hint ?? second.hint,
  };
}

/** That value and no other. */
export function exactly<const T extends boolean | null | string | number>(only: T): Bound<T> {
  return { ...bound(shownValue(only), (value) => value === only), ...(typeof only === 'string' && { words: [only] }) };
}

/**
 * An object of options within others.
 *
 * @example group<{ readonly rows: number }>({ rows: required(integer({ least: 1 })) }).expected //=> '{ rows }'
 */
export function group<Options extends object>(fields: Fields<Options>): Bound<Options> {
  return { expected: `{ ${shownNames(Object.keys(fields))} }`, holds: isObject, fields: fields as never };
}

/** An object whose parts are checked where they are used: a layout, a place. */
export function objectOf<T extends object>(expected: string): Bound<T> {
  return bound(expected, isObject);
}

/** Whether options can be read from it. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What ends a work from without. */
export const abortSignal: Bound<AbortSignal> = bound('an AbortSignal', (value) => value instanceof AbortSignal);
