import type { Batch, Json, OpenOptions, Source } from '../../types.ts';
import { checkCount } from '../checkCount.ts';
import { pickColumns } from '../pickColumns.ts';
import { batchRows, sliceBatch } from './sliceBatch.ts';
import { countedPlace } from './take.ts';

/**
 * All rows of a source but the first.
 *
 * @param count rows that are passed over, an integer of at least 0
 * @throws OptionError where the count is out of bounds
 * @example skip(memory([{ x: 1 }, { x: 2 }]), 1).name //=> 'skip 1 of memory rows'
 */
export function skip(source: Source, count: number): Source {
  checkCount('skip: count', count, 0);
  const name = `skip ${count} of ${source.name}`;

  async function* open({ from, ...options }: OpenOptions): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    pickColumns(name, await source.schema(options.signal), options.columns);
    const [begin, inner] = countedPlace(name, from, count, 'to pass over', count);
    let left = begin;
    for await (const batch of source.open({ ...options, from: inner })) {
      const rows = batchRows(batch);
      if (left < rows || left === 0) yield sliceBatch(batch, left, rows, [left, batch.cursor]);
      left = Math.max(0, left - rows);
    }
  }

  return {
    name,
    unbounded: source.unbounded === true,
    once: source.once === true,
    schema: (signal) => source.schema(signal),
    async rows(signal) {
      const rows = await source.rows(signal);
      return rows === undefined ? undefined : Math.max(0, rows - count);
    },
    fingerprint: async (signal): Promise<Json> => ({ format: 'skip', count, part: await source.fingerprint(signal) }),
    open,
  };
}
