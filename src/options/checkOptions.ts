import { OptionError } from '../errors.ts';
import { type Bound, type Fields, isObject } from './bounds.ts';
import { didYouMean } from './didYouMean.ts';
import { otherNames } from './otherNames.ts';
import { isPromise, shownName, shownNames, shownValue } from './shown.ts';

/**
 * Checks an object of options: that there is no other in it, and that each is as it should be. One that is undefined is not given.
 *
 * @param owner the function, as the user has written it: `huber`
 * @param fields all options that there are
 * @throws OptionError where an option is unknown, missing or out of bounds
 * @example checkOptions<HuberOptions>('huber', options, { delta: number({ above: 0 }) })
 */
export function checkOptions<Options extends object>(
  owner: string,
  options: Options | undefined,
  fields: Fields<Options>,
): void {
  check(owner, `${owner}: `, options === undefined ? {} : options, fields as Readonly<Record<string, Bound>>);
}

/** The options that need not be given. */
type Optional<Options> = { [Name in keyof Options]-?: undefined extends Options[Name] ? Name : never }[keyof Options];

/**
 * The options in force: those that are given, checked, and the defaults of the others.
 *
 * @throws OptionError as `checkOptions`
 * @example readOptions<SaveOptions>('save', options, { keep: integer({ least: 1 }) }, { keep: 3 })
 */
export function readOptions<Options extends object>(
  owner: string,
  options: Options | undefined,
  fields: Fields<Options>,
  defaults: { readonly [Name in Optional<Options>]: Exclude<Options[Name], undefined> },
): Required<Options> {
  checkOptions(owner, options, fields);
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) } as Required<Options>;
}

/**
 * Checks one value.
 *
 * @param where the function and the option, as the user has written them: `dense: units`
 * @throws OptionError where it is out of bounds
 */
export function checkOption(where: string, value: unknown, bound: Bound): void {
  if (!bound.holds(value)) throw refusal(where, value, bound);
  const { fields, item, value: each } = bound;
  if (fields && isObject(value)) check(where, `${where}.`, value, fields);
  if (item && Array.isArray(value)) for (const [i, part] of value.entries()) checkOption(`${where}[${i}]`, part, item);
  if (each && isObject(value)) {
    for (const [name, part] of Object.entries(value)) checkOption(`${where}.${shownName(name)}`, part, each);
  }
}

function check(where: string, prefix: string, options: unknown, fields: Readonly<Record<string, Bound>>): void {
  const names = Object.keys(fields);
  if (!isObject(options) || isPromise(options)) {
    const expected = `its options in an object { ${shownNames(names)} }`;
    throw refusal(where, options, { expected, holds: isObject });
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(fields, name)) continue;
    throw new OptionError({
      where,
      expected: names.length > 0 ? `options among ${shownNames(names)}` : 'no options',
      received: shownNames([name]),
      hint: didYouMean(name, names, otherNames),
    });
  }
  const given: Readonly<Record<string, unknown>> = { ...options };
  for (const [name, bound] of Object.entries(fields)) {
    const value = given[name];
    if (value !== undefined || bound.isRequired) checkOption(`${prefix}${name}`, value, bound);
  }
}

function refusal(where: string, value: unknown, bound: Bound): OptionError {
  return new OptionError({ where, expected: bound.expected, received: shownValue(value), hint: hintFor(value, bound) });
}

/** What is nearly always meant by a function, a promise or a misspelt word where something else should stand. */
function hintFor(value: unknown, { hint, holds, words = [] }: Bound): string | undefined {
  const own = hint?.(value);
  if (own) return own;
  if (isPromise(value)) return 'Put await before it';
  if (typeof value === 'function' && value.name && !holds(() => {})) return `Call it: ${value.name}()`;
  return typeof value === 'string' ? didYouMean(value, words) : undefined;
}
