import { OptionError, SourceError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { either, exactly, integer } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import { changeableOver } from '../changed.ts';
import { pickColumns } from '../pickColumns.ts';
import { sourceBound } from '../sourceBound.ts';
import type { Batch, OpenOptions, Source } from '../types.ts';
import { countedPlace } from './limit.ts';

/**
 * The rows of a source over and over.
 *
 * @param times an integer of at least 1, or Infinity
 * @throws OptionError where the number is out of bounds, or the source can be read only once
 * @throws SourceError when it is read without an end and there are no rows
 * @example repeatSource(memory([{ x: 1 }]), 3).name //=> 'repeatSource of memory rows, 3 times'
 */
export function repeatSource(source: Source, times = Number.POSITIVE_INFINITY): Source {
  checkOption('repeatSource: source', source, sourceBound);
  checkOption('repeatSource: times', times, either(integer({ least: 1 }), exactly(Infinity)));
  if (source.once) {
    throw new OptionError({
      where: 'repeatSource: source',
      expected: 'a source that can be read again',
      received: `${source.name}, which can be read only once`,
      hint: 'Write it to a file first, or give a function that opens it anew each time',
    });
  }
  const isEndless = times === Number.POSITIVE_INFINITY;
  const name = isEndless ? `repeatSource of ${source.name}` : `repeatSource of ${source.name}, ${times} times`;

  async function* open({ from, used: _, ...options }: OpenOptions): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    pickColumns(name, await source.schema(options.signal), options.columns);
    const [first, inner] = countedPlace(name, from, times - 1, 'read before, in rounds,');
    for (let round = first; round < times; round++) {
      let batches = 0;
      for await (const batch of source.open({ ...options, from: round === first ? inner : null })) {
        batches++;
        yield { ...batch, ...(round > 0 && { isRepeated: true }), cursor: [round, batch.cursor] };
      }
      if (batches === 0 && isEndless && (round > first || inner === null)) {
        throw new SourceError({ where: name, expected: 'rows to repeat', received: 'none' });
      }
    }
  }

  const made: Source = {
    name,
    unbounded: isEndless || source.unbounded === true,
    schema: (signal) => source.schema(signal),
    async rows(signal) {
      const rows = isEndless ? undefined : await source.rows(signal);
      return rows === undefined ? undefined : rows * times;
    },
    parts: async () => [source],
    fingerprint: async (signal): Promise<Json> => ({
      format: 'repeatSource',
      times: isEndless ? null : times,
      part: await source.fingerprint(signal),
    }),
    open,
  };
  return changeableOver(made, source, (other) => repeatSource(other, times));
}
