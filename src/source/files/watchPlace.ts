import type { Json } from '../../json.ts';
import { foreignCursor } from '../combine/foreignCursor.ts';
import type { Cursor } from '../types.ts';

export interface WatchPlace {
  readonly index: number;
  /** The cursor in the file of that number. */
  readonly inner: Cursor;
  /** The beginning of that file's hash; undefined where no place is named. */
  readonly digest?: string;
}

export function placeOf(name: string, from: Cursor | undefined): WatchPlace {
  if (from === undefined || from === null) return { index: 0, inner: null };
  if (Array.isArray(from) && from.length === 3) {
    const [index, inner, digest] = from as readonly Json[];
    const isIndex = typeof index === 'number' && Number.isSafeInteger(index) && index >= 0;
    if (isIndex && typeof digest === 'string') return { index, inner: inner!, digest };
  }
  throw foreignCursor(name, from, 'the number of a file, its cursor and its hash');
}
