import { rowError } from './rowError.ts';

/** The error for a value that is missing where none may. */
export function missingError(where: string, row: number) {
  return rowError({
    where,
    row,
    expected: 'a value',
    received: 'null or NaN',
    hint: 'Declare what stands in for it with the option missing',
  });
}

/** The error for a number that is infinite, or too large once scaled. */
export function rangeError(where: string, row: number, value: number) {
  const hint = 'Leave such rows out, or derive a column that is null there';
  return rowError({ where, row, expected: 'a number that float32 can hold once scaled', received: `${value}`, hint });
}
