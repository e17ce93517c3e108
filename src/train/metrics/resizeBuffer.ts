/**
 * The bytes of a buffer in one of another size, zeros beyond them. The memory before goes at once: a collection may be far. The buffer is
 * then empty, but for Node.js 20, which can only copy.
 */
export function resizeBuffer(buffer: ArrayBuffer, bytes: number): ArrayBuffer {
  if (typeof buffer.transfer === 'function') return buffer.transfer(bytes);
  const copy = new Uint8Array(bytes);
  copy.set(new Uint8Array(buffer, 0, Math.min(bytes, (buffer as ArrayBuffer).byteLength)));
  return copy.buffer;
}
