import test from 'ava';
import { resizeBuffer } from '../../../src/train/metrics/resizeBuffer.ts';

const sized = (bytes: readonly number[], size: number, canTransfer: boolean) => {
  const { buffer } = Uint8Array.from(bytes);
  // A runtime that cannot.
  if (!canTransfer) Object.defineProperty(buffer, 'transfer', { value: undefined });
  return { before: buffer, after: [...new Uint8Array(resizeBuffer(buffer, size))] };
};

for (const canTransfer of [true, false]) {
  test(`keeps the bytes that there is room for, in a runtime that can${canTransfer ? '' : 'not'} give memory on`, (t) => {
    t.deepEqual(sized([1, 2, 3], 5, canTransfer).after, [1, 2, 3, 0, 0]);
    t.deepEqual(sized([1, 2, 3], 2, canTransfer).after, [1, 2]);
    t.deepEqual(sized([1, 2, 3], 0, canTransfer).after, []);
  });
}

test('the memory before is gone', (t) => {
  t.is(sized([1, 2, 3], 0, true).before.byteLength, 0);
});
