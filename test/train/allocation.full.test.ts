import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

interface Bytes {
  readonly forward: number;
  readonly backward: number;
  readonly update: number;
  readonly chain: number;
}

const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
const script = fileURLToPath(new URL('./stepAllocation.ts', import.meta.url));
const counted = promisify(execFile)(process.execPath, [...flags, script, 'wasm']).then(
  ({ stdout }) => JSON.parse(stdout) as Readonly<Record<'plain' | 'all', Bytes>>,
);

// The least that an object takes is 16 bytes, a number that is no integer likewise, an empty list 32.
test('the whole backward pass leaves nothing on the heap, whatever the layers', async (t) => {
  const { plain, all } = await counted;
  t.log(plain, all);
  t.true(plain.backward < 8, `${plain.backward} bytes a step`);
  t.true(all.backward < 32, `${all.backward} bytes a step`);
});

test('a forward pass leaves its place in the stream on the heap, and next to nothing for a layer', async (t) => {
  const { plain, all } = await counted;
  t.true(plain.forward < 256, `${plain.forward} bytes a step`);
  t.true(all.forward < 1536, `${all.forward} bytes a step`);
});

test('a step leaves less than 3 kB on the heap, with the records of its five stages and what RxJS makes of them', async (t) => {
  const { plain, all } = await counted;
  t.true(plain.update < 768, `${plain.update} bytes a step`);
  t.true(plain.chain < 3072, `${plain.chain} bytes a step`);
  t.true(all.chain < 4096, `${all.chain} bytes a step`);
});
