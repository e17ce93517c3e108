import type { Batch, Cursor, Json, OpenOptions, Source } from '../../types.ts';
import { checkCount } from '../checkCount.ts';
import { pickColumns } from '../pickColumns.ts';
import { foreignCursor } from './foreignCursor.ts';
import { batchRows, sliceBatch } from './sliceBatch.ts';

/**
 * The first rows of a source, and no more of it read than they are in.
 *
 * @param count rows, an integer of at least 0
 * @throws OptionError where the count is out of bounds
 * @example take(memory([{ x: 1 }, { x: 2 }]), 1).name //=> 'take 1 of memory rows'
 */
export function take(source: Source, count: number): Source {
  checkCount('take: count', count, 0);
  const name = `take ${count} of ${source.name}`;

  async function* open({ from, ...options }: OpenOptions): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    pickColumns(name, await source.schema(options.signal), options.columns);
    const [taken, inner] = countedPlace(name, from, count, 'taken');
    let left = count - taken;
    if (left === 0) return;
    for await (const batch of source.open({ ...options, from: inner })) {
      const rows = batchRows(batch);
      yield sliceBatch(batch, 0, left, [count - left, batch.cursor]);
      left -= rows;
      if (left <= 0) return;
    }
  }

  return {
    name,
    once: source.once === true,
    schema: (signal) => source.schema(signal),
    async rows(signal) {
      const rows = await source.rows(signal);
      return rows === undefined ? undefined : Math.min(rows, count);
    },
    fingerprint: async (signal): Promise<Json> => ({ format: 'take', count, part: await source.fingerprint(signal) }),
    open,
  };
}

/** A cursor of two parts: a number of rows up to `most`, and a cursor of the source below. */
export function countedPlace(
  name: string,
  from: Cursor | undefined,
  most: number,
  what: string,
  first = 0,
): readonly [number, Cursor] {
  if (from === undefined || from === null) return [first, null];
  if (Array.isArray(from) && from.length === 2) {
    const [rows, inner] = from as readonly Json[];
    if (typeof rows === 'number' && Number.isInteger(rows) && rows >= 0 && rows <= most) return [rows, inner!];
  }
  throw foreignCursor(name, from, `the number of rows ${what} and a cursor of the source`);
}
