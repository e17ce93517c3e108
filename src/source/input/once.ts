import { Readable } from 'node:stream';

/** Whether what is iterated begins only once: iterators, and Node's and the web's streams. What makes iterators begins as often as one likes. */
export function isOnce(data: object): boolean {
  return 'next' in data || data instanceof Readable || data instanceof ReadableStream;
}

/** Closes what begins only once, also where it has not begun. Not waited for: one that stalls would never answer. */
export function closeOnce(data: object): void {
  if (data instanceof Readable) data.destroy();
  else if (data instanceof ReadableStream) data.cancel().catch(() => {});
  else if ('return' in data && typeof data.return === 'function') {
    Promise.resolve(data.return()).catch(() => {});
  }
}
