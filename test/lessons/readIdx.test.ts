import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { readIdx } from '../../data/mnist/readIdx.ts';
import { temporaryFolder } from '../pipeline/run.ts';

/** Two images of 1 x 3 bytes. */
const idx = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255]);

test('reads shape and bytes, compressed or not', async (t) => {
  const folder = await temporaryFolder(t);
  for (const [name, content] of [
    ['plain', idx],
    ['gz', gzipSync(idx)],
  ] as const) {
    await writeFile(join(folder, name), content);
    const { shape, bytes } = await readIdx(join(folder, name));
    t.deepEqual(shape, [2, 1, 3]);
    t.deepEqual([...bytes], [1, 2, 3, 4, 5, 255]);
  }
});

test('refuses what is cut, and what is another kind of file', async (t) => {
  const path = join(await temporaryFolder(t), 'images');
  await writeFile(path, idx.subarray(0, -1));
  await t.throwsAsync(readIdx(path), { message: /expected 6 bytes of data, got 5$/ });
  await writeFile(path, idx.subarray(0, 10));
  await t.throwsAsync(readIdx(path), { message: /expected an IDX file/ });
  await writeFile(path, 'age,workclass');
  await t.throwsAsync(readIdx(path), {
    message: /expected an IDX file of unsigned bytes, got one that begins with 6167652c/,
  });
});
