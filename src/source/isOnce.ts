import { Readable } from 'node:stream';

/** Whether what is iterated begins only once: iterators, and Node's and the web's streams. What makes iterators begins as often as one likes. */
export function isOnce(data: object): boolean {
  return 'next' in data || data instanceof Readable || data instanceof ReadableStream;
}
