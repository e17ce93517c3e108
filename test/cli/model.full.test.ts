import { join } from 'node:path';
import test from 'ava';
import { train } from '../../src/index.ts';
import { millrace, temporaryFolder } from '../pipeline/run.ts';
import small from '../pipeline/small.ts';

test('a model is shown, and stripped to one of the same step and hash', async (t) => {
  const directory = await temporaryFolder(t);
  await train(small, { directory });
  const shown = JSON.parse((await millrace(['model', directory, '--json'])).stdout);
  const to = join(directory, 'stripped.safetensors');
  const { stdout, code } = await millrace(['model', 'strip', directory, '--to', to]);
  t.is(code, 0);
  t.true(stdout.includes(shown.hash.slice(0, 16)));
  const stripped = JSON.parse((await millrace(['model', to, '--json'])).stdout);
  t.deepEqual(stripped, { ...shown, path: to, bytes: stripped.bytes, stripped: true });
  t.true(stripped.bytes < shown.bytes);
  const text = (await millrace(['model', to])).stdout;
  t.regex(text, /stripped of what its training needs/);
  t.true(text.includes(shown.hash));
  t.is((await millrace(['model', 'strip'])).code, 2);
  t.is((await millrace(['model', 'strip', join(directory, 'none')])).code, 1);
  t.is((await millrace(['model', 'strip', to, '--to', to])).code, 1);
});
