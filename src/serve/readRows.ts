import { DataError } from '../errors.ts';
import type { ModelRow } from '../model/encodeRow.ts';
import { isObject } from '../options/bounds.ts';
import { shownValue } from '../options/shown.ts';
import { RequestError } from './problem.ts';
import { readJson, textOf } from './readJson.ts';
import type { ServeLimits } from './types.ts';

/** The limits that hold for what is in a body. */
export type BodyLimits = Required<Pick<ServeLimits, 'rows' | 'depth'>>;

/** The rows of a list, each held to be an object. */
export function rowsOf(list: readonly unknown[], limits: BodyLimits): readonly ModelRow[] {
  checkRows(list.length, limits);
  for (const [i, row] of list.entries()) {
    if (isObject(row)) continue;
    throw new DataError({ where: 'the body', row: i, expected: 'an object by column', received: shownValue(row) });
  }
  return list as readonly ModelRow[];
}

/** @throws RequestError where there are more than a request may have */
export function checkRows(count: number, { rows }: Pick<BodyLimits, 'rows'>): void {
  if (count <= rows) return;
  throw new RequestError(413, `expected at most ${rows} rows in a request, got ${count}. Send them in several`);
}

/** A row a line, as `application/x-ndjson`. */
export function readLines(bytes: Uint8Array, limits: BodyLimits): readonly ModelRow[] {
  const lines = textOf(bytes).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  checkRows(lines.length, limits);
  const encoder = new TextEncoder();
  const parsed = lines.map((line, row) => {
    try {
      return readJson(encoder.encode(line), limits.depth);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const { where, expected, received } = error;
      throw new DataError({ where, row, expected, received });
    }
  });
  return rowsOf(parsed, limits);
}
