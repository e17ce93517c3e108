import { setImmediate as turn } from 'node:timers/promises';

/** A row as an object, its columns being the properties, or a record batch. */
export type MemoryItem = object;

export type MemoryItems = Iterable<MemoryItem> | AsyncIterable<MemoryItem>;

/** An iterator that is pulled from until a signal is given. */
export interface Pulling {
  /**
   * The next item, at once where it is there.
   *
   * @throws what the signal gives as its reason, also while an item is waited for
   */
  next(): IteratorResult<MemoryItem> | Promise<IteratorResult<MemoryItem>>;
  /** Ends with that signal from now on, instead of the one before. */
  follow(signal: AbortSignal): void;
  /** @param ended whether the iterator has come to its end, and need not be told */
  close(ended: boolean): Promise<void>;
}

/** Milliseconds for which an iterator that is not asynchronous may keep timers and the signal waiting. */
const longestMs = 8;
/** Items between two looks at the clock. */
const looks = 64;

export function pullItems(items: MemoryItems, signal: AbortSignal | undefined): Pulling {
  let current: AbortSignal | undefined;
  let giveUp = (_: unknown): void => {};
  // One listener for all items: to listen anew for each of them would take longer than to read it.
  const onAbort = () => giveUp(current?.reason);
  const follow = (signal: AbortSignal | undefined): void => {
    current?.removeEventListener('abort', onAbort);
    current = signal;
    current?.addEventListener('abort', onAbort, { once: true });
  };
  follow(signal);

  const isAsync = Symbol.asyncIterator in items;
  const iterator = isAsync ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let pulled = 0;
  let turnedAt = performance.now();

  async function nextInTurn(): Promise<IteratorResult<MemoryItem>> {
    await turn();
    turnedAt = performance.now();
    current?.throwIfAborted();
    return iterator.next();
  }

  return {
    next() {
      current?.throwIfAborted();
      if (!isAsync) {
        if (pulled++ % looks > 0 || performance.now() - turnedAt < longestMs)
          return (iterator as Iterator<MemoryItem>).next();
        return nextInTurn();
      }
      return new Promise((resolve, reject) => {
        giveUp = reject;
        Promise.resolve(iterator.next()).then(resolve, reject);
      });
    },
    follow,
    async close(ended) {
      current?.removeEventListener('abort', onAbort);
      if (!ended) await iterator.return?.();
    },
  };
}
