import type { Json } from '../../json.ts';
import { integer } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import { changeableOver } from '../changed.ts';
import { pickColumns } from '../pickColumns.ts';
import { sourceBound } from '../sourceBound.ts';
import type { Batch, Cursor, OpenOptions, Source } from '../types.ts';
import { foreignCursor } from './foreignCursor.ts';
import { batchRows, sliceBatch } from './sliceBatch.ts';

/**
 * The first rows of a source, and no more of it read than they are in.
 *
 * @param count rows, an integer of at least 0
 * @throws OptionError where the count is out of bounds
 * @example limit(memory([{ x: 1 }, { x: 2 }]), 1).name //=> 'limit 1 of memory rows'
 */
export function limit(source: Source, count: number): Source {
  checkOption('limit: source', source, sourceBound);
  checkOption('limit: count', count, integer({ least: 0 }));
  const name = `limit ${count} of ${source.name}`;

  async function* open({ from, used, ...options }: OpenOptions): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    pickColumns(name, await source.schema(options.signal), options.columns);
    const [taken, inner] = countedPlace(name, from, count, 'taken');
    let left = count - taken;
    if (left === 0) return;
    for await (const batch of source.open({ ...options, ...usedBelow(used), from: inner })) {
      const rows = batchRows(batch);
      yield sliceBatch(batch, 0, left, [count - left, batch.cursor]);
      left -= rows;
      if (left <= 0) return;
    }
  }

  const made: Source = {
    name,
    once: source.once === true,
    schema: (signal) => source.schema(signal),
    async rows(signal) {
      const rows = await source.rows(signal);
      return rows === undefined ? undefined : Math.min(rows, count);
    },
    parts: async () => [source],
    fingerprint: async (signal): Promise<Json> => ({ format: 'limit', count, part: await source.fingerprint(signal) }),
    open,
  };
  return changeableOver(made, source, (other) => limit(other, count));
}

/** The option for the source below, where a cursor has a number before that source's. */
export function usedBelow(used: Cursor | undefined): Pick<OpenOptions, 'used'> {
  if (used === undefined) return {};
  return { used: Array.isArray(used) && used.length === 2 ? (used as readonly Json[])[1]! : null };
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
