/** A reading that has been asked for more than was taken. */
export interface Reading<T> {
  /** Lets go of the item before, and gives the next one. */
  next(): Promise<IteratorResult<T>>;
  /** Lets go of everything and tells the iterator to close. */
  end(): void;
}

/**
 * Pulls an iterable ahead of its reader: at most `ahead` items are asked for or held by the reader at any time.
 *
 * Asks one at a time, since a hand-written iterator may not bear two calls at once.
 * @param count is told when an item arrives (+1) and when it is let go of (-1)
 */
export function readAhead<T>(items: AsyncIterable<T>, ahead: number, count: (change: number) => void): Reading<T> {
  const iterator = items[Symbol.asyncIterator]();
  const queue: Promise<IteratorResult<T>>[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let held = 0;
  let arrived = 0;
  let ended = false;

  function ask(): void {
    const item = last.then(() => (ended ? { done: true as const, value: undefined } : iterator.next()));
    last = item;
    queue.push(item);
    item.then(
      (result) => {
        if (result.done || ended) return;
        arrived++;
        count(1);
      },
      // The reader learns of it when it comes to this item.
      () => {},
    );
  }

  return {
    async next() {
      if (held === 1) {
        held = 0;
        arrived--;
        count(-1);
      }
      while (queue.length < ahead) ask();
      const result = await (queue.shift() as Promise<IteratorResult<T>>);
      if (!result.done) held = 1;
      return result;
    },
    end() {
      if (ended) return;
      ended = true;
      count(-arrived);
      iterator.return?.()?.catch(() => {});
    },
  };
}
