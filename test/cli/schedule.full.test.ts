import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { lockDirectory } from '../../src/files/lockDirectory.ts';
import { openOperations } from '../../src/job/daemon/openOperations.ts';
import type { JobView } from '../../src/job/store/jobTable.ts';
import { embeddedPlace } from '../job/databases.ts';
import { jobFile } from '../job/jobFile.ts';
import { millrace, temporaryFolder } from '../pipeline/run.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const node = process.execPath;

/** A process that is started, and what it prints on stderr. */
interface Started {
  readonly child: ChildProcess;
  readonly exited: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
  /** Resolves when it has printed what matches; rejects when it ends before. */
  printed(pattern: RegExp): Promise<string>;
}

/** Starts a program in a group of its own, which ends with the test. */
function start(t: ExecutionContext, program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(program, args, {
    detached: true,
    env: { ...process.env, DATABASE_URL: '', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  let hear = () => {};
  child.stderr?.setEncoding('utf8').on('data', (data) => {
    text += data;
    hear();
  });
  t.teardown(() => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // All of it has ended.
    }
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    child,
    exited,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        hear = () => {
          const found = pattern.exec(text);
          if (found) resolve(found[0]);
        };
        hear();
        exited.then(() => reject(new Error(`it has ended: ${text}`)));
      }),
  };
}

/** Writes the file of a job whose import waits until a file is there. */
async function slowJob(folder: string): Promise<{ readonly file: string; go(): Promise<void> }> {
  const file = await jobFile(folder, 'slow');
  const go = join(folder, 'go');
  const waits = `import { existsSync } from 'node:fs';
console.error('reading');
while (!existsSync('${go}')) await new Promise((resolve) => setTimeout(resolve, 20));
`;
  await writeFile(file, `${waits}${await readFile(file, 'utf8')}`);
  return { file, go: () => writeFile(go, '') };
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Nobody has the folder, and the next daemon begins as if nothing had been. */
async function assertLeft(t: ExecutionContext, home: string): Promise<void> {
  await (await lockDirectory(home))();
  t.false(await isThere(join(home, 'daemon.json')));
  const next = start(t, node, [main, 'schedule', await jobFile(home, 'tiny'), '--home', home]);
  await next.printed(/trainings at a time/);
  next.child.kill('SIGTERM');
  t.deepEqual(await next.exited, [0, null]);
}

test('SIGTERM ends a daemon that reads the files of its jobs', async (t) => {
  const home = await temporaryFolder(t);
  const { file } = await slowJob(home);
  const { child, exited, printed } = start(t, node, [main, 'schedule', file, '--home', home]);
  await printed(/reading/);
  await t.throwsAsync(openOperations(home, undefined, { timeoutMs: 0 }), {
    name: 'MillraceError',
    message: new RegExp(`one, process ${child.pid}, that is starting, since .*it reads the files of its jobs`),
  });
  child.kill('SIGTERM');
  // The import does not end.
  t.deepEqual(await exited, [0, null]);
  t.false(await isThere(join(home, 'database')));
  await assertLeft(t, home);
});

test('SIGTERM ends a daemon that makes its database, and the next one makes it anew', async (t) => {
  const home = await temporaryFolder(t);
  const { child, exited } = start(t, node, [main, 'schedule', await jobFile(home, 'tiny'), '--home', home]);
  while (!(await isThere(join(home, 'database.new')))) await setTimeout(5);
  child.kill('SIGTERM');
  t.deepEqual(await exited, [0, null]);
  t.false(await isThere(join(home, 'database')));
  await assertLeft(t, home);
});

test('SIGTERM ends a daemon at whatever moment of its start', async (t) => {
  const { home } = await embeddedPlace(t);
  const file = await jobFile(home, 'tiny');
  const door = () => readFile(join(home, 'daemon.json'), 'utf8').catch(() => '');
  const until = (pattern: RegExp) => async () => {
    while (!pattern.test(await door())) await setTimeout(2);
  };
  const moments: ((daemon: Started) => Promise<unknown>)[] = [
    async () => {},
    async () => {
      while (!(await isThere(join(home, 'run.lock')))) await setTimeout(2);
    },
    until(/reads the files/),
    until(/opens the database/),
    ({ printed }) => printed(/tiny: /),
    until(/port/),
  ];
  for (const moment of moments) {
    const daemon = start(t, node, [main, 'schedule', file, '--home', home]);
    await moment(daemon);
    daemon.child.kill('SIGTERM');
    const [code, signal] = await daemon.exited;
    // Before Node has begun with the program, it ends as every process does.
    t.true(code === 0 || signal === 'SIGTERM', `${code} ${signal}`);
    t.is(await door(), '');
  }
  await assertLeft(t, home);
});

test.serial('who asks a daemon that is starting is told so, and gets the answer when it has started', async (t) => {
  const { home } = await embeddedPlace(t);
  const { file, go } = await slowJob(home);
  const daemon = start(t, node, [main, 'schedule', file, '--home', home]);
  await daemon.printed(/reading/);
  const asking = start(t, node, [main, 'jobs', '--home', home]);
  await asking.printed(
    /^millrace: the daemon of this home is starting, since [\d.]+ (ms|s): it reads the files of its jobs; waiting for it\n/,
  );
  await go();
  t.deepEqual(await asking.exited, [0, null]);
  const { stdout, stderr } = await millrace(['jobs', '--home', home, '--json'], { env: { DATABASE_URL: '' } });
  t.is(stderr, '');
  t.like((JSON.parse(stdout) as JobView[])[0], { name: 'slow' });
  t.like(JSON.parse(await readFile(join(home, 'daemon.json'), 'utf8')), { pid: daemon.child.pid });
});

test('what a daemon that died while it started has left says nothing', async (t) => {
  const home = await temporaryFolder(t);
  const { file } = await slowJob(home);
  const { child, exited, printed } = start(t, node, [main, 'schedule', file, '--home', home]);
  await printed(/reading/);
  child.kill('SIGKILL');
  await exited;
  t.true(await isThere(join(home, 'daemon.json')));
  const { code, stderr } = await millrace(['jobs', '--home', home], { env: { DATABASE_URL: '' } });
  t.is(code, 1);
  t.regex(stderr, /^millrace: home: expected a folder that millrace schedule has worked in/);
});

/** npm as the shell of a user would start it, with this Node. */
const path = [dirname(node), process.env.PATH].join(delimiter);
const npm = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'npm'));
const onLinux = process.platform === 'linux' ? test : test.skip;

/** One that nobody has asked for its exit code yet has ended, too. */
const hasEnded = (pid: number) =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (text) => / Z /.test(text),
    () => true,
  );

for (const [how, signal] of [
  ['npm run', 'SIGTERM'],
  ['npm run', 'SIGKILL'],
  ['npx', 'SIGTERM'],
  ['npx', 'SIGHUP'],
] as const) {
  onLinux(`a daemon that ${how} has started ends when that is ended by ${signal}`, async (t) => {
    const { home } = await embeddedPlace(t);
    if (!(await Promise.all(npm.map(isThere))).includes(true)) {
      t.log('skipped: there is no npm here');
      t.pass();
      return;
    }
    const command = `"${node}" "${main}" schedule "${await jobFile(home, 'tiny')}" --home "${home}"`;
    await writeFile(join(home, 'package.json'), JSON.stringify({ private: true, scripts: { jobs: command } }));
    const args = how === 'npx' ? ['exec', '--prefix', home, '-c', command] : ['run', '--prefix', home, 'jobs'];
    const { child, exited, printed } = start(t, 'npm', args, { PATH: path });
    await printed(/trainings at a time/);
    const { pid } = JSON.parse(await readFile(join(home, 'daemon.json'), 'utf8'));
    const began = performance.now();
    child.kill(signal);
    await exited;
    while (!(await hasEnded(pid))) await setTimeout(20);
    t.log(`${Math.round(performance.now() - began)} ms`);
    await (await lockDirectory(home))();
    t.false(await isThere(join(home, 'daemon.json')));
  });
}

onLinux(
  'what npm has started ends with it, also where a shell stands between, unless it is told to go on',
  async (t) => {
    const file = join(await temporaryFolder(t), 'program.mjs');
    const watch = new URL('../../src/cli/whenStarterEnds.ts', import.meta.url);
    await writeFile(
      file,
      `import { whenStarterEnds } from '${watch}';
const say = (text) => { console.error(text); process.exit(); };
whenStarterEnds(() => say('ends'));
process.on('SIGUSR2', () => setTimeout(say, 3000, 'lives'));
setInterval(() => {}, 1000);
console.error('begun', process.pid);`,
    );
    const shell = (command: string) => `sh -c '${command}; true'`;
    const program = `"${node}" "${file}"`;
    const npm = { npm_config_user_agent: 'npm', MILLRACE_DETACHED: '' };
    await Promise.all(
      (
        [
          [program, npm, 'ends'],
          [shell(program), npm, 'ends'],
          [shell(shell(program).replaceAll("'", `'"'"'`)), npm, 'ends'],
          [program, { ...npm, MILLRACE_DETACHED: '1' }, 'lives'],
          [program, { ...npm, npm_config_user_agent: '' }, 'lives'],
        ] as const
      ).map(async ([command, env, end]) => {
        const { child, exited, printed } = start(t, 'bash', ['-c', `${command}; true`], env);
        const pid = Number((await printed(/^begun \d+$/m)).split(' ')[1]);
        child.kill('SIGKILL');
        await exited;
        process.kill(pid, 'SIGUSR2');
        await once(child, 'close');
        t.is(await printed(/^(ends|lives)$/m), end, command);
      }),
    );
  },
);
