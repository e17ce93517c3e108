import test from 'ava';
import { freeBuffer } from '../../src/engine/freeBuffer.ts';

test('gives the memory back at once, and leaves memory that is shared alone', (t) => {
  const array = new Float32Array(25_000_000);
  const before = process.memoryUsage().arrayBuffers;
  freeBuffer(array.buffer);
  t.is(array.length, 0);
  t.true(process.memoryUsage().arrayBuffers <= before - 100_000_000);
  const shared = new Float32Array(new SharedArrayBuffer(8));
  freeBuffer(shared.buffer);
  t.is(shared.length, 2);
});
