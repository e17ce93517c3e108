import { SourceError } from '../errors.ts';
import type { Cursor } from './types.ts';

/**
 * The row at which a source whose cursors are numbers of rows shall begin.
 *
 * @throws SourceError where the cursor is not one that the source gave
 * @example rowCursor('counter', undefined) //=> 0
 */
export function rowCursor(where: string, from: Cursor | undefined, rows = Number.MAX_SAFE_INTEGER): number {
  if (from === undefined || from === null) return 0;
  if (typeof from === 'number' && Number.isInteger(from) && from >= 0 && from <= rows) return from;
  throw new SourceError({
    where,
    expected:
      rows < Number.MAX_SAFE_INTEGER
        ? `a cursor that is a row from 0 to ${rows}`
        : 'a cursor that is the number of a row',
    received: JSON.stringify(from),
    hint: 'Cursors belong to the source and the content that gave them',
  });
}
