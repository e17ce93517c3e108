import { OptionError, SourceError } from '../../errors.ts';
import type { Batch, Json, OpenOptions, Source } from '../../types.ts';
import { pickColumns } from '../pickColumns.ts';
import { countedPlace } from './take.ts';

/**
 * The rows of a source over and over.
 *
 * @param times an integer of at least 1, or Infinity
 * @throws OptionError where the number is out of bounds, or the source can be read only once
 * @throws SourceError when it is read without an end and there are no rows
 * @example repeat(memory([{ x: 1 }]), 3).name //=> 'repeat 3 times memory rows'
 */
export function repeat(source: Source, times = Number.POSITIVE_INFINITY): Source {
  if (!(times >= 1 && (Number.isSafeInteger(times) || times === Number.POSITIVE_INFINITY))) {
    throw new OptionError({
      where: 'repeat: times',
      expected: 'an integer of at least 1, or Infinity',
      received: `${times}`,
    });
  }
  if (source.once) {
    throw new OptionError({
      where: 'repeat: source',
      expected: 'a source that can be read again',
      received: `${source.name}, which can be read only once`,
      hint: 'Write it to a file first, or give a function that opens it anew each time',
    });
  }
  const isEndless = times === Number.POSITIVE_INFINITY;
  const name = isEndless ? `repeat ${source.name}` : `repeat ${times} times ${source.name}`;

  async function* open({ from, ...options }: OpenOptions): AsyncGenerator<Batch> {
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

  return {
    name,
    unbounded: isEndless || source.unbounded === true,
    schema: (signal) => source.schema(signal),
    async rows(signal) {
      const rows = isEndless ? undefined : await source.rows(signal);
      return rows === undefined ? undefined : rows * times;
    },
    fingerprint: async (signal): Promise<Json> => ({
      format: 'repeat',
      times: isEndless ? null : times,
      part: await source.fingerprint(signal),
    }),
    open,
  };
}
