/**
 * Gives the memory of arrays that nobody looks at any more back at once, where a collection may be far; arrays on it are empty from then on. In
 * Node 20, which cannot, it waits for the collection.
 */
export function freeBuffer(buffer: ArrayBufferLike): void {
  if (buffer instanceof ArrayBuffer && 'transfer' in buffer && !buffer.detached) buffer.transfer(0);
}
