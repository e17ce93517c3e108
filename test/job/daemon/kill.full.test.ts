import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { loadJobs } from '../../../src/job/daemon/loadJobs.ts';
import { openOperations } from '../../../src/job/daemon/openOperations.ts';
import type { Operations } from '../../../src/job/operations/operations.ts';
import { pointerPath } from '../../../src/job/registry/pointers.ts';
import { loadCheckpoint, randomSequence } from '../../../src/operators.ts';
import { numberOf } from '../../faults/numberOf.ts';
import { temporaryFolder } from '../../pipeline/run.ts';
import { assertConsistent } from '../assertConsistent.ts';
import { embeddedPlace, type Place, serverPlace } from '../databases.ts';
import { jobFile } from '../jobFile.ts';
import { noPostgres } from '../postgres.ts';
import { type DaemonProcess, startDaemon } from '../startDaemon.ts';

/** Of both databases together; `npm run test:faults` asks for many. */
const kills = numberOf('kills', 25);
/** The moments are random, but drawn alike in every run; another seed draws others. */
const random = randomSequence(numberOf('seed', 1), 'data');
let drawn = 0;
const draw = () => random(drawn++) / 2 ** 32;

/** Hears what is told of the runs. */
async function hook(t: ExecutionContext): Promise<{ readonly url: string; readonly ended: Set<number> }> {
  const ended = new Set<number>();
  const server = createServer(async (request, response) => {
    const { event, run } = JSON.parse(await text(request));
    // Every third time it is in trouble.
    const isRefused = draw() < 0.3;
    if (!isRefused && run !== null && event !== 'alert') ended.add(run);
    response.writeHead(isRefused ? 503 : 204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ended };
}

interface Role {
  readonly schedules: boolean;
  readonly concurrency: number;
}

/** Kills processes again and again, at random moments, lets those that are left come to an end, and looks at what there is. */
async function assertSurvived(t: ExecutionContext, place: Place, roles: readonly Role[], times: number): Promise<void> {
  t.timeout(3_600_000);
  const { home, url } = place;
  const folder = await temporaryFolder(t);
  const told = await hook(t);
  const common = `schedule: every({ seconds: 1 }), keep: 2, notify: webhook('${told.url}')`;
  const all = `catchUp: { window: { hours: 1 }, run: 'all' }`;
  const files = [
    await jobFile(folder, 'skip', `${common}, overlap: 'skip', ${all}`),
    await jobFile(folder, 'buffer', `${common}, overlap: 'bufferOne'`),
    await jobFile(folder, 'cancel', `${common}, overlap: 'cancelOther', ${all}`),
  ];
  const names = ['skip', 'buffer', 'cancel'];
  const start = ({ schedules, concurrency }: Role) =>
    startDaemon(t, { home, url, files: schedules ? files : [], concurrency, leaseMs: 1500 }, { steps: 6, stepMs: 25 });
  const daemons = roles.map(start);
  for (let kill = 0; kill < times; kill++) {
    const which = Math.floor(draw() * roles.length);
    // Some while they start, most while they work.
    if (draw() < 0.8) await daemons[which].untilLogged(/trainings at a time/);
    await setTimeout(1500 * draw());
    await daemons[which].end('SIGKILL');
    for (const name of names) {
      const path = join(home, pointerPath(name, 'champion'));
      await loadCheckpoint(path).catch((error) => t.regex(error.message, /no such file/));
    }
    daemons[which] = start(roles[which]);
  }
  await untilOver(await reach(place, daemons), names, told.ended);
  for (const daemon of daemons) t.is(await daemon.end('SIGTERM'), 0, daemon.logged.join('\n'));

  const database = await place.open();
  const { jobs } = await loadJobs(files);
  await assertConsistent(t, database, { home, jobs: jobs.map(({ job }) => job) });
  const runs = await database.query<{ state: string; count: number; leases: number }>(
    `select state, count(*), max(fence) as leases from millrace.run group by state order by state`,
  );
  for (const { state, count, leases } of runs) t.log(`${count} ${state}, at most ${leases} leases each`);
  const [missed] = await database.query<{ count: number }>(`select count(*) from millrace.tick where state = 'missed'`);
  t.log(`${missed.count} ticks missed`);
  // Where the machine is slow one may be killed ten times before its first step: then it is given up, as it should be.
  const failed = await database.query<{ error: string }>(`select error from millrace.run where state = 'failed'`);
  for (const { error } of failed) t.is(error, 'its worker died 10 times in a row, without any progress');
  t.true(runs.some(({ leases }) => leases > 1));
}

async function reach({ home, url }: Place, daemons: readonly DaemonProcess[]): Promise<Operations> {
  await Promise.all(daemons.map((daemon) => daemon.untilLogged(/trainings at a time/)));
  return (await openOperations(home, url)).operations;
}

/** Lets no more be due, and waits until all that was has come to an end and was told. */
async function untilOver(operations: Operations, names: readonly string[], told: ReadonlySet<number>): Promise<void> {
  for (const job of names) await operations.pause({ job, by: 'test', why: '' });
  for (;;) {
    const jobs = await operations.jobs();
    const ticks = await operations.runs({ job: null, limit: 1_000_000 });
    const runs = ticks.flatMap(({ run }) => run ?? []);
    if (jobs.every(({ open }) => open === 0) && runs.every((run) => told.has(run))) return;
    await setTimeout(200);
  }
}

test.serial('embedded: a daemon that is killed at random moments loses no run, and commits none twice', async (t) => {
  await assertSurvived(t, await embeddedPlace(t), [{ schedules: true, concurrency: 2 }], Math.ceil(kills / 2));
});

test.serial(
  'server: schedulers and workers that are killed at random moments lose no run, and commit none twice',
  async (t) => {
    if (noPostgres) {
      t.log(noPostgres);
      t.pass();
      return;
    }
    const roles = [
      { schedules: true, concurrency: 0 },
      { schedules: true, concurrency: 1 },
      { schedules: false, concurrency: 1 },
      { schedules: false, concurrency: 2 },
    ];
    await assertSurvived(t, await serverPlace(t), roles, Math.floor(kills / 2));
  },
);
