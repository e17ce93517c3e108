const longest = 80;
const mostItems = 8;
const mostNames = 40;

/**
 * A value as messages show it: as it would be written, in about 80 characters; what is no plain data is named for what it is.
 *
 * @example shownValue('adam') //=> "'adam'"
 * @example shownValue({ rows: 0, by: ['id'] }) //=> "{ rows: 0, by: ['id'] }"
 * @example shownValue(relu()) //=> 'an object named relu'
 * @example shownValue(undefined) //=> 'nothing'
 */
export function shownValue(value: unknown): string {
  return cut(value === undefined ? 'nothing' : written(value, 3), longest);
}

function written(value: unknown, depth: number): string {
  if (typeof value === 'string') return quoted(cut(value, longest));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (isPromise(value)) return 'a promise';
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'an invalid date' : `the date ${value.toISOString()}`;
  if (Array.isArray(value)) return depth > 0 ? inBrackets(value, depth) : '[...]';
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === null || prototype === Object.prototype;
  if (!isPlain) return `an object of the class ${value.constructor.name}`;
  if (Object.values(value).some((part) => typeof part === 'function')) return made(value);
  return depth > 0 ? inBraces(value, depth) : '{ ... }';
}

/** What a function has made, such as a layer or a source. */
function made(value: { readonly name?: unknown; readonly kind?: unknown }): string {
  const name = value.name ?? value.kind;
  return typeof name === 'string'
    ? `an object named ${shownName(name)}`
    : `an object with ${shownNames(Object.keys(value))}`;
}

function inBrackets(items: readonly unknown[], depth: number): string {
  const shown = items.slice(0, mostItems).map((item) => written(item, depth - 1));
  return `[${[...shown, ...(items.length > mostItems ? ['...'] : [])].join(', ')}]`;
}

function inBraces(value: object, depth: number): string {
  const entries = Object.entries(value);
  const shown = entries.slice(0, mostItems).map(([key, item]) => `${shownName(key)}: ${written(item, depth - 1)}`);
  return shown.length === 0 ? '{}' : `{ ${[...shown, ...(entries.length > mostItems ? ['...'] : [])].join(', ')} }`;
}

/**
 * A name as messages show it: in quotes where it would not be seen as one word.
 *
 * @example shownName('distance') //=> 'distance'
 * @example shownName('passenger class') //=> "'passenger class'"
 */
export function shownName(name: string): string {
  return /^[-\p{L}\p{N}_$][\p{L}\p{N}\p{M}_$./-]*$/u.test(name) ? name : quoted(name);
}

/**
 * Names in a row; of very many the first.
 *
 * @example shownNames(['age', 'passenger class']) //=> "age, 'passenger class'"
 */
export function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map(shownName).join(', ');
  return names.length > mostNames ? `${shown} and ${names.length - mostNames} more` : shown;
}

/**
 * A word of a command as a shell takes it.
 *
 * @example shellWord('runs/my flights') //=> "'runs/my flights'"
 */
export function shellWord(text: string): string {
  if (/^[\p{L}\p{N}_@%+=:,./-]+$/u.test(text)) return text;
  return process.platform === 'win32' ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Whether somebody still has to wait for a value. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}
