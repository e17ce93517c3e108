import { CheckpointError } from '../errors.ts';

/**
 * Writes plain JSON so that `JSON.parse` gives back the same value to the bit, `-0` included. A field that is `undefined` is
 * left out, as by `JSON.stringify`.
 *
 * @param where the place of the value, for errors
 * @throws CheckpointError where a value is none of JSON's: NaN, an infinite number, a function, a typed array, a class's object
 * @example exactJson({ a: [-0, 0.1] }, 'state') // '{"a":[-0,0.1]}'
 */
export function exactJson(value: unknown, where: string): string {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${Array.from(value, (item, i) => exactJson(item, `${where}[${i}]`)).join(',')}]`;
  if (isPlainObject(value)) {
    const fields: string[] = [];
    for (const key of Object.keys(value)) {
      if (value[key] !== undefined) fields.push(`${JSON.stringify(key)}:${exactJson(value[key], `${where}.${key}`)}`);
    }
    return `{${fields.join(',')}}`;
  }
  throw new CheckpointError({ where, expected: 'plain JSON with finite numbers', received: describe(value) });
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? `a ${value.constructor.name}` : String(value);
}
