import { SourceError } from '../../errors.ts';
import { untilAborted } from '../input/untilAborted.ts';
import type { Batch, OpenOptions, Source } from '../types.ts';
import { batchRows } from './sliceBatch.ts';

/**
 * Lets the beginning of a source that can be had only once be read again and again: its first rows are kept until somebody has read
 * beyond them, who then reads on for good. To be opened with the same columns each time.
 *
 * @param rows as many are kept, and the rest of their record batch
 * @param signal ends the reading of the source
 */
export function keepFirst(source: Source, rows: number, signal: AbortSignal): Source {
  const kept: Batch[] = [];
  let keptRows = 0;
  let isGone = false;
  let batches: AsyncIterator<Batch> | undefined;
  let pending: Promise<IteratorResult<Batch>> | undefined;
  signal.addEventListener('abort', () => batches?.return?.().catch(() => {}), { once: true });

  /** The next record batch. One that was waited for when a reader went away is not lost. */
  async function next(options: OpenOptions): Promise<Batch | undefined> {
    batches ??= source.open({ ...options, signal })[Symbol.asyncIterator]();
    pending ??= batches.next();
    const { done, value } = await untilAborted(pending, options.signal);
    pending = undefined;
    return done ? undefined : value;
  }

  async function* open(options: OpenOptions): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    if (isGone || (options.from ?? null) !== null) {
      throw new SourceError({
        where: source.name,
        expected: 'rows that can be read again',
        received: 'a source that can be read only once',
        hint: 'Write it to a file first, or give a function that opens it anew each time',
      });
    }
    for (let i = 0; i < kept.length; i++) yield kept[i]!;
    for (;;) {
      options.signal.throwIfAborted();
      isGone = keptRows >= rows;
      if (isGone) kept.length = 0;
      const batch = await next(options);
      if (!batch) return;
      if (isGone) yield batch;
      else {
        // Who reads it first must not give back what the next reader needs.
        const { release: _, ...held } = batch;
        kept.push(held);
        keptRows += batchRows(held);
        yield held;
      }
    }
  }

  return { ...source, open };
}
