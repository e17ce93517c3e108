import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import test from 'ava';

const watchdog = new URL('../../src/job/daemon/watchdog.ts', import.meta.url).href;

/** Runs code beside a watchdog that waits 300 ms. */
async function run(code: string): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  const program = `import { watchdog } from '${watchdog}'; const end = watchdog(300, 'it stands still'); ${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '--no-warnings', '-e', program], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [[status, signal], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)]);
  return { code: status, signal, stderr };
}

test('a process whose thread stands still is ended, and says why', async (t) => {
  t.deepEqual(await run('setTimeout(() => { for (;;); }, 50)'), {
    code: null,
    signal: 'SIGKILL',
    stderr: 'it stands still\n',
  });
});

test('one that works, or whose watch has ended, is left alone, and not kept alive', async (t) => {
  const works = `for (let n = 0; n < 30; n++) await new Promise((resolve) => setTimeout(resolve, 30));`;
  t.deepEqual(await run(works), { code: 0, signal: null, stderr: '' });
  const ended = 'await end(); for (const now = Date.now(); Date.now() < now + 900; );';
  t.deepEqual(await run(ended), { code: 0, signal: null, stderr: '' });
});
