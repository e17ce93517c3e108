import { MillraceError } from '../../errors.ts';
import { isPromise } from '../../options/shown.ts';
import type { BadValue } from './rowError.ts';

/** A row for which a function of the user's was called, or was to be. */
export type Called = Pick<BadValue, 'where' | 'row' | 'columns'> & {
  /** What it should give. */
  readonly expected: string;
};

/** A function of the user's has thrown, has given something else, or its argument cannot be had. */
export function noAnswer(called: Called, error: unknown): BadValue {
  if (!(error instanceof MillraceError)) return { ...called, received: thrown(error), cause: error };
  const { expected, received, hint } = error;
  return { ...called, expected, received, ...(hint && { hint }) };
}

/**
 * What has been thrown, in words.
 *
 * @example thrown(new TypeError('x is null')) //=> 'an error: TypeError: x is null'
 */
export function thrown(error: unknown): string {
  return `an error: ${error instanceof Error && error.name === 'Error' ? error.message : error}`;
}

/** What to do where a function of the user's gives a value that it should not. */
export function hintOfAnswer(value: unknown): string | undefined {
  if (value === undefined) return 'Does it return a value in every case';
  if (isPromise(value)) return 'It must not be async: it is called for one row after the other';
  return value instanceof Date ? 'Give its milliseconds, as getTime() does' : undefined;
}
