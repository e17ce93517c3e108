import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { loadJobs } from '../../../src/job/daemon/loadJobs.ts';
import { openOperations } from '../../../src/job/daemon/openOperations.ts';
import { loadCheckpoint } from '../../../src/operators.ts';
import { temporaryFolder } from '../../pipeline/run.ts';
import { assertConsistent } from '../assertConsistent.ts';
import { onServer, type Place } from '../databases.ts';
import { jobFile } from '../jobFile.ts';
import { startDaemon } from '../startDaemon.ts';
import type { Conduct } from '../trainer.ts';

/** Processes on one server, each started when it is asked for. */
async function fleetOn(t: ExecutionContext, { home, url }: Place, leaseMs: number, options: string) {
  const file = await jobFile(await temporaryFolder(t), 'tiny', options);
  const { operations, close } = await openOperations(home, url);
  t.teardown(close);
  return {
    file,
    operations,
    scheduler: () => startDaemon(t, { home, url, files: [file], concurrency: 0, leaseMs }),
    worker: (conduct: Conduct) => startDaemon(t, { home, url, files: [], concurrency: 1, leaseMs }, conduct),
    async until(isSo: () => Promise<boolean>) {
      for (let looks = 0; !(await isSo().catch(() => false)); looks++) {
        if (looks > 3000) throw new Error('it never was so');
        await setTimeout(10);
      }
    },
    /** Whether a run has saved a step under a lease. */
    hasSaved: (run: number, lease: number, step: number) =>
      stat(
        join(home, 'runs', 'tiny', `${run}/${lease}`, 'checkpoints', `step-${`${step}`.padStart(9, '0')}.safetensors`),
      ).then(() => true),
  };
}

const ready = /trainings at a time/;

onServer(
  'a worker that dies is noticed within two leases, and its run goes on from its last checkpoint elsewhere',
  async (t, place) => {
    const leaseMs = 2000;
    const { operations, scheduler, worker, until, hasSaved } = await fleetOn(t, place, leaseMs, 'schedule: manual()');
    await scheduler().untilLogged(ready);
    const first = worker({ steps: 1000, stepMs: 50 });
    await first.untilLogged(ready);
    await operations.trigger({ job: 'tiny', by: 'ann', why: '' });
    await until(() => hasSaved(1, 1, 10));
    const second = worker({ steps: 200 });
    await second.untilLogged(ready);
    await first.end('SIGKILL');
    const began = performance.now();
    await second.untilLogged(/run 1 of tiny begins, lease 2/);
    const tookMs = performance.now() - began;
    t.log(`noticed after ${(tookMs / leaseMs).toFixed(2)} leases`);
    t.true(tookMs < 2 * leaseMs);
    await second.untilLogged(/run 1 of tiny: succeeded/);
    const { state } = await loadCheckpoint(join(place.home, 'models', 'tiny', 'champion.safetensors'));
    t.true((state.leases as number[])[1] >= 10);
  },
);

onServer(
  'a server that is restarted under load costs no tick and no run, and trainings go on meanwhile',
  async (t, place) => {
    const { file, operations, scheduler, worker, until } = await fleetOn(
      t,
      place,
      10_000,
      `schedule: every({ seconds: 1 }), overlap: 'bufferAll', catchUp: { run: 'all' }`,
    );
    const all = [scheduler(), scheduler(), worker({ steps: 4, stepMs: 100 }), worker({ steps: 4, stepMs: 100 })];
    for (const each of all) await each.untilLogged(ready);
    const over = async () =>
      (await operations.runs({ job: null, limit: 1000 })).filter(({ state }) => state === 'ran').length;
    for (const wanted of [2, 5, 8]) {
      await until(async () => (await over()) >= wanted);
      await place.postgres?.restart(1000);
    }
    await until(async () => (await over()) >= 12);
    await operations.pause({ job: 'tiny', by: 'test', why: '' });
    await until(async () => (await operations.jobs())[0].open === 0);
    for (const each of all) t.is(await each.end('SIGTERM'), 0, each.logged.join('\n'));
    const database = await place.open();
    const [{ leases }] = await database.query<{ leases: number }>('select max(fence) as leases from millrace.run');
    t.is(leases, 1);
    const { jobs } = await loadJobs([file]);
    await assertConsistent(t, database, { home: place.home, jobs: jobs.map(({ job }) => job) });
  },
);

onServer(
  'a worker that sleeps for longer than a lease loses its run, and commits nothing when it wakes up',
  async (t, place) => {
    const { operations, scheduler, worker, hasSaved, until } = await fleetOn(t, place, 1000, 'schedule: manual()');
    await scheduler().untilLogged(ready);
    const sleeper = worker({ steps: 100, stepMs: 20 });
    await sleeper.untilLogged(ready);
    await operations.trigger({ job: 'tiny', by: 'ann', why: '' });
    await until(() => hasSaved(1, 1, 5));
    // Its training goes on, to an end that nobody hears of.
    sleeper.child.kill('SIGSTOP');
    const other = worker({ steps: 100 });
    await other.untilLogged(/run 1 of tiny: succeeded/);
    const before = await operations.run({ id: 1 });
    await until(() => hasSaved(1, 1, 100));
    sleeper.child.kill('SIGCONT');
    await sleeper.untilLogged(/run 1 of tiny is not this worker's any more/);
    t.deepEqual(await operations.run({ id: 1 }), before);
    t.is((await operations.models({ job: 'tiny' })).versions.length, 1);
    const database = await place.open();
    await assertConsistent(t, database, { home: place.home });
  },
);

onServer('a worker that cannot reach the server for longer than a lease ends its training', async (t, place) => {
  const { operations, scheduler, worker, until, hasSaved } = await fleetOn(t, place, 1000, 'schedule: manual()');
  const keeper = scheduler();
  await keeper.untilLogged(ready);
  const first = worker({ steps: 400, stepMs: 20 });
  await first.untilLogged(ready);
  await operations.trigger({ job: 'tiny', by: 'ann', why: '' });
  await until(() => hasSaved(1, 1, 5));
  const away = place.postgres?.restart(3000);
  await first.untilLogged(/run 1 of tiny: the lease has run out/);
  await away;
  await first.untilLogged(/run 1 of tiny begins, lease 2/);
  await first.untilLogged(/run 1 of tiny: succeeded/);
  const database = await place.open();
  await assertConsistent(t, database, { home: place.home });
});
