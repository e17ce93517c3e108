import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { lockDirectory } from '../../src/files/lockDirectory.ts';

async function folder(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-lock-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('refuses a second run, and names the process of the first', async (t) => {
  const directory = await folder(t);
  const release = await lockDirectory(directory);
  const error = await t.throwsAsync(lockDirectory(directory), { name: 'LockError' });
  t.true(error?.message.includes(`process ${process.pid} `));
  await release();
  await (await lockDirectory(directory))();
  t.deepEqual(await readdir(directory), []);
});

test('knows a folder by whatever path', async (t) => {
  const directory = await folder(t);
  const link = `${directory}-link`;
  await symlink(directory, link, 'junction');
  t.teardown(() => rm(link));
  const release = await lockDirectory(directory);
  await t.throwsAsync(lockDirectory(link), { name: 'LockError' });
  await release();
});

test('gives one of many that come at once the folder', async (t) => {
  const directory = await folder(t);
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(directory)));
  const held = results.filter((result) => result.status === 'fulfilled');
  t.is(held.length, 1);
  await held[0].value();
});

test('takes the folder of a process that was killed', async (t) => {
  const directory = await folder(t);
  const module = new URL('../../src/files/lockDirectory.ts', import.meta.url).href;
  const script = `import { lockDirectory } from ${JSON.stringify(module)};
    await lockDirectory(${JSON.stringify(directory)});
    console.log('locked');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const error = await t.throwsAsync(lockDirectory(directory), { name: 'LockError' });
  t.true(error?.message.includes(`process ${child.pid} `));
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.deepEqual(await readdir(directory), ['run.lock']);
  await (await lockDirectory(directory))();
});
