import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';

const watchdog = new URL('../../../src/job/daemon/watchdog.ts', import.meta.url).href;

/** Starts code beside a watchdog. */
function start(code: string, limitMs = 300): ChildProcess {
  const program = `import fs from 'node:fs'; import { watchdog } from '${watchdog}'; const end = watchdog(${limitMs}, 'it stands still'); ${code}`;
  return spawn(process.execPath, ['--input-type=module', '--no-warnings', '-e', program], {
    stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
  });
}

async function run(
  code: string,
  limitMs?: number,
): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  const child = start(code, limitMs);
  const [[status, signal], stderr] = await Promise.all([once(child, 'close'), text(child.stderr!)]);
  return { code: status, signal, stderr };
}

test('a process whose thread stands still is ended, and says why', async (t) => {
  t.deepEqual(await run('setTimeout(() => { for (;;); }, 50)'), {
    code: null,
    signal: 'SIGKILL',
    stderr: 'it stands still\n',
  });
});

test('one that was suspended as a whole goes on', async (t) => {
  // It stands still until it is told something, which is not long, but for the time in which it is suspended.
  const child = start(`process.send('begun', () => { fs.readSync(0, Buffer.alloc(1)); process.exit(); });`, 5000);
  const closed = once(child, 'close');
  await once(child, 'message');
  // The watch, which looks every second, has seen it stand still before.
  await setTimeout(2500);
  child.kill('SIGSTOP');
  await setTimeout(5500);
  child.kill('SIGCONT');
  await setTimeout(200);
  child.stdin?.end('x');
  t.deepEqual(await closed, [0, null]);
});

test('one that works, or whose watch has ended, is left alone, and not kept alive', async (t) => {
  const works = `for (let n = 0; n < 30; n++) await new Promise((resolve) => setTimeout(resolve, 100));`;
  t.deepEqual(await run(works, 1000), { code: 0, signal: null, stderr: '' });
  const ended = 'await end(); for (const now = Date.now(); Date.now() < now + 2000; );';
  t.deepEqual(await run(ended, 1000), { code: 0, signal: null, stderr: '' });
});
