import { fork } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { simulatedClock } from '../../../src/job/clock/clocks.ts';
import { loadJobs } from '../../../src/job/daemon/loadJobs.ts';
import { openOperations } from '../../../src/job/daemon/openOperations.ts';
import { runDaemon } from '../../../src/job/daemon/runDaemon.ts';
import { databaseOperations } from '../../../src/job/operations/databaseOperations.ts';
import type { Operations } from '../../../src/job/operations/operations.ts';
import { every, type JobOptions, newRows, onNewData } from '../../../src/jobs.ts';
import { loadCheckpoint } from '../../../src/operators.ts';
import { temporaryFolder } from '../../pipeline/run.ts';
import { assertConsistent } from '../assertConsistent.ts';
import { embeddedPlace, onEachDatabase, type Place } from '../databases.ts';
import { jobFile, tinyJob } from '../jobFile.ts';
import { startDaemon } from '../startDaemon.ts';
import type { Conduct } from '../trainer.ts';

const hour = 3_600_000;
const trainer = fileURLToPath(new URL('../trainer.ts', import.meta.url));

/** Replays hours of a tiny job, and looks at what has become of them. */
async function replay(
  t: ExecutionContext,
  place: Place,
  { hours, conduct = {}, ...options }: { hours: number; conduct?: Conduct } & Partial<JobOptions>,
): Promise<Operations> {
  const job = tinyJob(options);
  const env = { ...process.env, MILLRACE_TEST_CONDUCT: JSON.stringify(conduct) };
  const clock = simulatedClock({ from: 0, speed: Infinity });
  const alerts: string[] = [];
  await runDaemon({
    home: place.home,
    url: place.url,
    load: async () => ({ jobs: [{ job, file: 'tiny.ts' }], unusable: [] }),
    clock,
    until: hours * hour,
    concurrency: 1,
    leaseMs: 30_000,
    fork: () => fork(trainer, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] }),
    signal: new AbortController().signal,
    log: (level, message) => level !== 'info' && alerts.push(message),
  });
  t.deepEqual(alerts, []);
  const database = await place.open();
  await assertConsistent(t, database, { home: place.home, jobs: [job] });
  return databaseOperations({ database, home: place.home, clock });
}

onEachDatabase('a clock that stands still jumps from tick to tick, each trained before the next', async (t, place) => {
  const operations = await replay(t, place, { schedule: every({ hours: 1 }), hours: 6 });
  const ticks = await operations.runs({ job: null, limit: 100 });
  t.deepEqual(
    ticks.map(({ dueAt, state, run, startedAt }) => [dueAt / hour, state, run, (startedAt ?? 0) / hour]),
    [6, 5, 4, 3, 2, 1].map((n) => [n, 'ran', n, n]),
  );
});

onEachDatabase('enough new rows ask for a run, and say how many they were', async (t, place) => {
  const operations = await replay(t, place, {
    schedule: onNewData({ minRows: 50, every: { hours: 1 } }),
    data: newRows({ by: 'x' }),
    hours: 3,
  });
  const ticks = await operations.runs({ job: null, limit: 100 });
  t.deepEqual(
    ticks.map(({ dueAt, origin, cause, state }) => [dueAt / hour, origin, cause, state]),
    [3, 2, 1, 0].map((n) => [n, 'newData', '100 new rows', 'ran']),
  );
  t.is((await operations.jobs())[0].nextDue, 4 * hour);
});

onEachDatabase('too few new rows ask for nothing', async (t, place) => {
  const operations = await replay(t, place, {
    schedule: onNewData({ minRows: 101, every: { hours: 1 } }),
    data: newRows({ by: 'x' }),
    hours: 3,
  });
  t.deepEqual(await operations.runs({ job: null, limit: 100 }), []);
});

onEachDatabase('drift asks for a run once for the same rows, and says why', async (t, place) => {
  const operations = await replay(t, place, {
    schedule: every({ hours: 10 }),
    data: newRows({ by: 'x' }),
    drift: { psi: 0.2, every: { hours: 1 } },
    hours: 14,
    conduct: { newRows: 2000 },
  });
  const ticks = await operations.runs({ job: null, limit: 100 });
  t.deepEqual(
    ticks.map(({ dueAt, origin, cause, state }) => [dueAt / hour, origin, cause, state]),
    [
      [11, 'drift', 'psi of x is 0.5, at least 0.2', 'ran'],
      [10, 'schedule', null, 'ran'],
    ],
  );
});

onEachDatabase('a daemon that is told to end gives its training back, and another goes on', async (t, place) => {
  const file = await jobFile(await temporaryFolder(t), 'tiny', 'schedule: manual()');
  const options = { home: place.home, url: place.url, files: [file], concurrency: 1, leaseMs: 5000 };
  const first = startDaemon(t, options, { steps: 1000, stepMs: 20 });
  await first.untilLogged(/trainings at a time/);
  const { operations, close } = await openOperations(place.home, place.url);
  const answer = await operations.trigger({ job: 'tiny', by: 'ann', why: 'to see' });
  t.deepEqual(answer, { kind: 'trigger', admitted: { kind: 'run', id: 1, state: 'queued' } });
  await close();
  await first.untilLogged(/run 1 of tiny begins/);
  const checkpoints = join(place.home, 'runs', 'tiny', '1', '1', 'checkpoints');
  while (!(await stat(join(checkpoints, 'step-000000005.safetensors')).catch(() => undefined))) await untilNext();
  const began = performance.now();
  t.is(await first.end('SIGTERM'), 0);
  t.true(performance.now() - began < 10_000);
  t.true(first.logged.includes('info: run 1 of tiny: given back'), first.logged.join('\n'));

  const second = startDaemon(t, options, { steps: 10 });
  await second.untilLogged(/run 1 of tiny: succeeded/);
  t.is(await second.end('SIGTERM'), 0);
  const { state } = await loadCheckpoint(join(place.home, 'models', 'tiny', 'champion.safetensors'));
  t.true((state.leases as number[])[1] >= 5);
  const database = await place.open();
  await assertConsistent(t, database, { home: place.home });
});

const untilNext = () => new Promise((resolve) => setImmediate(resolve));

test.serial('a daemon whose training does not stop ends within ten seconds all the same', async (t) => {
  const { home } = await embeddedPlace(t);
  const file = await jobFile(await temporaryFolder(t), 'tiny', 'schedule: manual()');
  const daemon = startDaemon(
    t,
    { home, files: [file], concurrency: 1, leaseMs: 5000 },
    { badLeases: 9, how: 'late', steps: 9 },
  );
  await daemon.untilLogged(/trainings at a time/);
  const { operations } = await openOperations(home, undefined);
  await operations.trigger({ job: 'tiny', by: 'ann', why: '' });
  await daemon.untilLogged(/run 1 of tiny begins/);
  const checkpoints = join(home, 'runs', 'tiny', '1', '1', 'checkpoints');
  while (!(await stat(join(checkpoints, 'step-000000001.safetensors')).catch(() => undefined))) await untilNext();
  const began = performance.now();
  const ended = daemon.end('SIGTERM').then((code) => ({ code, afterMs: performance.now() - began }));
  const told: string[] = [];
  while (told.length === 0) {
    await (await openOperations(home, undefined, { wait: (text) => told.push(text) })).close();
  }
  t.regex(told[0], /^the daemon of this home is ending, since [\d.]+ (ms|s): it gives its runs back$/);
  const { code, afterMs } = await ended;
  t.is(code, 0);
  t.true(afterMs < 10_000);
  t.true(daemon.logged.includes('info: run 1 of tiny: given back'), daemon.logged.join('\n'));
});

test.serial(
  'a daemon is reached by other processes, has its folder alone, and leaves nothing in the way when killed',
  async (t) => {
    const { home } = await embeddedPlace(t);
    const file = await jobFile(await temporaryFolder(t), 'tiny', 'schedule: manual()');
    const options = { home, files: [file], concurrency: 1, leaseMs: 5000 };
    const daemon = startDaemon(t, options);
    await daemon.untilLogged(/trainings at a time/);
    const { operations } = await openOperations(home, undefined);
    await operations.pause({ job: 'tiny', by: 'ann', why: 'holidays' });
    t.like(await operations.jobs(), [{ name: 'tiny', paused: { by: 'ann', why: 'holidays' } }]);
    await t.throwsAsync(operations.resume({ job: 'tinny', by: 'ann', why: '' }), {
      name: 'OptionError',
      message: 'job: expected one of tiny, got tinny. Did you mean tiny.',
    });
    const second = startDaemon(t, options);
    await t.throwsAsync(second.untilLogged(/trainings at a time/), {
      message: new RegExp(`process ${daemon.child.pid} is using`),
    });

    const { port } = JSON.parse(await readFile(join(home, 'daemon.json'), 'utf8'));
    t.is((await stat(join(home, 'daemon.json'))).mode & 0o077, 0);
    const stranger = await fetch(`http://127.0.0.1:${port}/jobs`, { method: 'POST', body: 'null' });
    t.is(stranger.status, 401);
    await stranger.body?.cancel();

    await daemon.end('SIGKILL');
    const { operations: later, close } = await openOperations(home, undefined);
    t.like(await later.jobs(), [{ name: 'tiny', paused: { by: 'ann' } }]);
    t.is(await later.trigger({ job: 'tiny', by: 'ann', why: '' }), null);
    await close();
    const third = startDaemon(t, options);
    await third.untilLogged(/run 1 of tiny: succeeded/);
  },
);

test.serial('a daemon that sleeps has a row for each time that was due meanwhile', async (t) => {
  const place = await embeddedPlace(t);
  const file = await jobFile(await temporaryFolder(t), 'tiny', `schedule: every({ seconds: 1 }), overlap: 'bufferAll'`);
  const daemon = startDaemon(t, { home: place.home, files: [file], concurrency: 1, leaseMs: 5000 });
  await daemon.untilLogged(/run 1 of tiny: /);
  daemon.child.kill('SIGSTOP');
  await setTimeout(3500);
  daemon.child.kill('SIGCONT');
  await daemon.untilLogged(/tiny: ([3-9]|\d\d+) ticks/);
  t.is(await daemon.end('SIGTERM'), 0);
  const { jobs } = await loadJobs([file]);
  await assertConsistent(t, await place.open(), { home: place.home, jobs: jobs.map(({ job }) => job) });
});

onEachDatabase('a file that cannot be used is named, and the other jobs go on', async (t, place) => {
  const folder = await temporaryFolder(t);
  const files = [await jobFile(folder, 'a'), await jobFile(folder, 'b')];
  const broken = async (text: string) => writeFile(files[0], text);
  const daemon = (which: readonly string[]) =>
    startDaemon(t, { home: place.home, url: place.url, files: which, concurrency: 1, leaseMs: 5000 });
  const first = daemon(files);
  await first.untilLogged(/jobs: 2/);
  await first.end('SIGTERM');
  await broken('export default {{');
  const never = await jobFile(folder, 'never', `schedule: cron('0 0 30 2 *')`);
  const same = await jobFile(folder, 'b2', `name: 'b'`);
  const { jobs, unusable } = await loadJobs([...files, never, same, join(folder, 'none.ts')]);
  t.deepEqual(
    jobs.map(({ job }) => job.name),
    ['b'],
  );
  t.deepEqual(
    unusable.map(({ error }) => error.name),
    ['OptionError', 'OptionError', 'OptionError', 'OptionError'],
  );
  t.regex(unusable[0].error.message, /a\.mjs: expected a file that default-exports defineJob.*SyntaxError/);
  t.regex(unusable[1].error.message, /never/);
  t.regex(unusable[2].error.message, /b2\.mjs: expected a name of its own, got b, the name of .*b\.mjs/);
  t.regex(unusable[3].error.message, /none\.ts/);

  const second = daemon([...files, same]);
  await second.untilLogged(/jobs: 1/);
  const { operations, close } = await openOperations(place.home, place.url);
  const [a, b] = await operations.jobs();
  t.regex(a.error ?? '', /SyntaxError/);
  t.is(b.error, null);
  t.like(await operations.trigger({ job: 'b', by: 'ann', why: '' }), { kind: 'trigger' });
  await second.untilLogged(/run 1 of b: succeeded/);
  await close();
});
