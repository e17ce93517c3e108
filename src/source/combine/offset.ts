import type { Json } from '../../json.ts';
import { integer } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import { changeableOver } from '../changed.ts';
import { pickColumns } from '../pickColumns.ts';
import { sourceBound } from '../sourceBound.ts';
import type { Batch, OpenOptions, Source } from '../types.ts';
import { countedPlace, usedBelow } from './limit.ts';
import { batchRows, sliceBatch } from './sliceBatch.ts';

/**
 * All rows of a source but the first.
 *
 * @param count rows that are passed over, an integer of at least 0
 * @throws OptionError where the count is out of bounds
 * @example offset(memory([{ x: 1 }, { x: 2 }]), 1).name //=> 'offset 1 of memory rows'
 */
export function offset(source: Source, count: number): Source {
  checkOption('offset: source', source, sourceBound);
  checkOption('offset: count', count, integer({ least: 0 }));
  const name = `offset ${count} of ${source.name}`;

  async function* open({ from, used, ...options }: OpenOptions): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    pickColumns(name, await source.schema(options.signal), options.columns);
    const [begin, inner] = countedPlace(name, from, count, 'to pass over', count);
    let left = begin;
    for await (const batch of source.open({ ...options, ...usedBelow(used), from: inner })) {
      const rows = batchRows(batch);
      if (left < rows || left === 0) yield sliceBatch(batch, left, rows, [left, batch.cursor]);
      left = Math.max(0, left - rows);
    }
  }

  const made: Source = {
    name,
    unbounded: source.unbounded === true,
    once: source.once === true,
    schema: (signal) => source.schema(signal),
    async rows(signal) {
      const rows = await source.rows(signal);
      return rows === undefined ? undefined : Math.max(0, rows - count);
    },
    parts: async () => [source],
    fingerprint: async (signal): Promise<Json> => ({ format: 'offset', count, part: await source.fingerprint(signal) }),
    open,
  };
  return changeableOver(made, source, (other) => offset(other, count));
}
