import { SourceError } from '../../errors.ts';
import type { Cursor } from '../types.ts';

/** @param expected what this source's cursors are */
export function foreignCursor(where: string, from: Cursor, expected: string): SourceError {
  return new SourceError({
    where,
    expected: `a cursor that is ${expected}`,
    received: JSON.stringify(from),
    hint: 'Cursors belong to the source and the content that gave them',
  });
}
