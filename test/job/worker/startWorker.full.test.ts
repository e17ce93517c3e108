import { fork } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { databaseOperations } from '../../../src/job/operations/databaseOperations.ts';
import type { Operations } from '../../../src/job/operations/operations.ts';
import { deleteFiles } from '../../../src/job/registry/deleteFiles.ts';
import { writePointers } from '../../../src/job/registry/pointers.ts';
import { commitResult } from '../../../src/job/runs/commitResult.ts';
import { failRun } from '../../../src/job/runs/failRun.ts';
import { type Lease, leaseRun } from '../../../src/job/runs/lease.ts';
import { revokeAllLeases } from '../../../src/job/runs/revokeLease.ts';
import { releaseLease } from '../../../src/job/runs/withLease.ts';
import { declareJob } from '../../../src/job/scheduler/declareJob.ts';
import { fireDue } from '../../../src/job/scheduler/fireDue.ts';
import { createMaintenance } from '../../../src/job/scheduler/maintenance.ts';
import type { Ledger } from '../../../src/job/store/database.ts';
import { renewLeases } from '../../../src/job/store/leases.ts';
import type { Job } from '../../../src/job/types.ts';
import { startWorker, type Worker } from '../../../src/job/worker/startWorker.ts';
import { every, newRows } from '../../../src/jobs.ts';
import { loadCheckpoint } from '../../../src/operators.ts';
import { assertConsistent } from '../assertConsistent.ts';
import { onEachDatabase, type Place } from '../databases.ts';
import { type HandClock, handClock } from '../handClock.ts';
import { tinyJob } from '../jobFile.ts';
import type { Conduct } from '../trainer.ts';

const trainer = fileURLToPath(new URL('../trainer.ts', import.meta.url));
const hour = 3_600_000;
/** Long enough for a machine that is busy. */
const leaseMs = 1000;

/** A job that is due every hour, its ledger, and workers of this process. */
interface Bench {
  readonly ledger: Ledger;
  readonly clock: HandClock;
  readonly operations: Operations;
  readonly logged: string[];
  work(conduct?: Conduct): Worker;
  /** Lets the job be due at an hour. */
  due(hours: number): Promise<void>;
  /** Looks after the runs until so many are over. */
  over(count: number): Promise<void>;
  /** Looks until something is so. */
  until(isSo: () => Promise<boolean>): Promise<void>;
}

async function benchOn(t: ExecutionContext, place: Place, options: Parameters<typeof tinyJob>[0] = {}): Promise<Bench> {
  const job: Job = tinyJob({ schedule: every({ hours: 1 }), overlap: 'bufferAll', ...options });
  const declared = { job, file: 'tiny.ts' };
  const clock = handClock();
  const database = await place.open();
  const ledger = { database, clock };
  await declareJob(ledger, declared);
  const logged: string[] = [];
  const log = (level: string, message: string) => logged.push(`${level}: ${message}`);
  const maintenance = createMaintenance({ ledger, leaseMs, log });
  const workers: Worker[] = [];
  const unlisten = await database.listen((notice) => {
    for (const worker of workers) worker.wake(notice);
  });
  t.teardown(unlisten);
  const until = async (isSo: () => Promise<boolean>) => {
    for (let looks = 0; !(await isSo()); looks++) {
      t.true(looks < 3000, logged.join('\n'));
      await maintenance.endCancelled();
      await maintenance.revokeDeadLeases();
      await maintenance.requeueFailed();
      await setTimeout(10);
    }
  };
  return {
    ledger,
    clock,
    logged,
    until,
    operations: databaseOperations({ database, home: place.home, clock, timeoutMs: 0 }),
    work(conduct = {}) {
      const env = { ...process.env, MILLRACE_TEST_CONDUCT: JSON.stringify(conduct) };
      const worker = startWorker({
        ledger,
        home: place.home,
        concurrency: 2,
        leaseMs,
        fork: () => fork(trainer, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] }),
        codeVersion: 'test',
        cancelGraceMs: 1000,
        log,
      });
      workers.push(worker);
      t.teardown(() => worker.stop(0));
      return worker;
    },
    async due(hours) {
      clock.set(hours * hour);
      await fireDue(ledger, declared);
    },
    async over(count) {
      await until(async () => {
        const over = await database.query(
          `select id from millrace.run where state not in ('buffered', 'queued', 'running')`,
        );
        return over.length >= count;
      });
      await writePointers(database, place.home, 'tiny');
    },
  };
}

onEachDatabase('a run that is due is trained, judged and committed as a whole', async (t, place) => {
  const { ledger, work, due, over, operations } = await benchOn(t, place);
  work();
  await due(1);
  await over(1);
  const [tick] = await operations.runs({ job: 'tiny', limit: 10 });
  t.like(tick, { dueAt: hour, state: 'ran', runState: 'succeeded', version: 1, run: 1 });
  const run = await operations.run({ id: 1 });
  t.like(run, { newRows: 100, dataTo: hour, fence: 1, attempt: 0, worker: null });
  t.like(run.progress, { step: 3 });
  t.is(run.verdict?.checks[0].name, 'improves auc');
  const { versions, changes } = await operations.models({ job: 'tiny' });
  t.like(versions[0], {
    number: 1,
    aliases: ['champion'],
    codeVersion: 'test',
    pipelineHash: 'pipeline',
    parent: null,
  });
  t.like(changes[0], { name: 'champion', from: null, to: 1, by: 'checks' });
  const [job] = await operations.jobs();
  t.like(job, { watermark: hour, champion: 1, open: 0 });
  const { state } = await loadCheckpoint(join(place.home, 'models', 'tiny', 'champion.safetensors'));
  t.is(state.dueAt, hour);
  await assertConsistent(t, ledger.database, { home: place.home });
});

onEachDatabase(
  'a worse model becomes the challenger, and does with the watermark what is declared',
  async (t, place) => {
    const bench = await benchOn(t, place, { data: newRows({ by: 'x', onReject: 'keep' }) });
    const first = bench.work({ score: 0.9 });
    await bench.due(1);
    await bench.over(1);
    await first.stop(1000);
    bench.work({ score: 0.8 });
    await bench.due(2);
    await bench.over(2);
    const [job] = await bench.operations.jobs();
    t.like(job, { watermark: hour, champion: 1 });
    const { versions } = await bench.operations.models({ job: 'tiny' });
    t.deepEqual(
      versions.map(({ number, aliases, parent }) => [number, aliases, parent]),
      [
        [2, ['challenger'], 1],
        [1, ['champion'], null],
      ],
    );
    t.like(await bench.operations.run({ id: 2 }), { state: 'rejected', version: 2 });
    await assertConsistent(t, bench.ledger.database, { home: place.home });
  },
);

onEachDatabase('too few new rows are a skip with the count', async (t, place) => {
  const { work, due, over, operations, ledger } = await benchOn(t, place);
  work({ newRows: 7 });
  await due(1);
  await over(1);
  const [tick] = await operations.runs({ job: null, limit: 1 });
  t.like(tick, { state: 'skipped', reason: '7 new rows, at least 10 are needed', runState: 'skipped' });
  t.is((await operations.jobs())[0].watermark, null);
  await assertConsistent(t, ledger.database, { home: place.home });
});

for (const how of ['error', 'die', 'damaged'] as const) {
  onEachDatabase(
    `a run that ends with ${how} is tried again, and goes on from its last checkpoint`,
    async (t, place) => {
      const { work, due, over, operations, ledger } = await benchOn(t, place);
      work({ badLeases: 2, how, steps: 4 });
      await due(1);
      await over(1);
      t.like(await operations.run({ id: 1 }), { state: 'succeeded', attempt: 2, fence: 3 });
      const { state } = await loadCheckpoint(join(place.home, 'models', 'tiny', 'champion.safetensors'));
      t.deepEqual(state.leases, how === 'damaged' ? [0] : [0, 1, 2]);
      await assertConsistent(t, ledger.database, { home: place.home });
    },
  );
}

onEachDatabase('a run that fails more often than it may, or for good, has failed', async (t, place) => {
  const { work, due, over, operations, ledger } = await benchOn(t, place);
  const worker = work({ badLeases: 9, steps: 9 });
  await due(1);
  await over(1);
  t.like(await operations.run({ id: 1 }), { state: 'failed', attempt: 4, error: 'the rows are bad (4 times)' });
  await worker.stop(1000);
  work({ badLeases: 9, how: 'final' });
  await due(2);
  await over(2);
  t.like(await operations.run({ id: 2 }), { state: 'failed', attempt: 1, error: 'the rows are bad' });
  const [tick] = await operations.runs({ job: null, limit: 1 });
  t.like(tick, { state: 'failed', reason: 'the rows are bad' });
  await assertConsistent(t, ledger.database, { home: place.home });
});

for (const [how, end] of [
  ['error', /warning: failed: the rows are bad \(2 times\)\n$/],
  ['die', /warning: failed: the training process ended with exit code 7 \(2 times\)\n$/],
  ['final', /warning: failed: the rows are bad\n$/],
] as const) {
  onEachDatabase(
    `a run that ends with ${how} has a log that says so, with what its training onOutput`,
    async (t, place) => {
      const { work, due, over, operations } = await benchOn(t, place, { retries: { limit: 1, first: { seconds: 0 } } });
      const worker = work({ badLeases: 9, how, steps: 9 });
      await due(1);
      await over(1);
      await worker.stop(1000);
      const { log, fence } = await operations.run({ id: 1 });
      const text = await readFile(join(place.home, `${log}`), 'utf8');
      t.regex(text, end);
      const begun = text.match(/ begins, lease \d\n/g);
      t.deepEqual(
        begun,
        Array.from({ length: fence }, (_, i) => ` begins, lease ${i + 1}\n`),
      );
      t.is(text.match(/^run 1 is trained$/gm)?.length, fence);
    },
  );
}

onEachDatabase('the log of a cancelled run says who cancelled it, and stays when its folder goes', async (t, place) => {
  const { work, due, over, until, operations, ledger } = await benchOn(t, place);
  const worker = work({ stepMs: 50, steps: 1000 });
  await due(1);
  await until(async () => (await operations.run({ id: 1 })).progress !== null);
  await operations.cancel({ id: 1, by: 'ann', why: 'no need' });
  await due(2);
  await operations.cancel({ id: 2, by: 'ann', why: '' });
  await over(2);
  await worker.stop(1000);
  await deleteFiles(ledger.database, place.home);
  t.deepEqual(await readdir(join(place.home, 'runs', 'tiny')), []);
  const { log } = await operations.run({ id: 1 });
  t.is(log, 'logs/tiny/1.log');
  t.regex(
    await readFile(join(place.home, `${log}`), 'utf8'),
    /run 1 is trained\n(.*\n)*.* cancelled by ann: no need\n$/,
  );
  // Nobody has begun with it.
  t.is((await operations.run({ id: 2 })).log, null);
});

onEachDatabase('a run that takes too long is ended, and tried again', async (t, place) => {
  const { work, due, over, operations } = await benchOn(t, place, {
    timeout: { seconds: 3 },
    retries: { limit: 1, first: { seconds: 0 } },
  });
  work({ badLeases: 1, how: 'late' });
  await due(1);
  await over(1);
  t.like(await operations.run({ id: 1 }), { state: 'succeeded', attempt: 1, error: 'it took longer than 3 s' });
});

onEachDatabase('a run is cancelled while it is trained, waits in the queue, or is buffered', async (t, place) => {
  const { work, due, over, until, operations, ledger } = await benchOn(t, place);
  const cancel = (id: number) => operations.cancel({ id, by: 'ann', why: 'no need' });
  await due(3);
  t.is((await operations.runs({ job: null, limit: 9 })).filter(({ run }) => run !== null).length, 1);
  await due(4);
  await cancel(2);
  await over(1);
  await cancel(1);
  await over(2);
  work({ stepMs: 50, steps: 1000 });
  await due(5);
  await until(async () => (await operations.run({ id: 3 })).progress !== null);
  await cancel(3);
  await over(3);
  for (const id of [1, 2, 3]) {
    t.like(await operations.run({ id }), {
      state: 'cancelled',
      tick: { origin: 'schedule', state: 'skipped', reason: 'cancelled: by ann: no need' },
    });
  }
  await t.throwsAsync(cancel(3), { message: /a run that is not over/ });
  await assertConsistent(t, ledger.database, { home: place.home });
});

onEachDatabase('a worker is heard of while a step blocks for many leases', async (t, place) => {
  const { ledger, work, due, over, operations } = await benchOn(t, place);
  work({ burnMs: 4 * leaseMs, steps: 1 });
  await due(1);
  await over(1);
  t.like(await operations.run({ id: 1 }), { state: 'succeeded', fence: 1, attempt: 0 });
  await assertConsistent(t, ledger.database, { home: place.home });
});

onEachDatabase('a worker that stops gives its runs back, and they go on elsewhere', async (t, place) => {
  const { work, due, over, until, operations, ledger } = await benchOn(t, place);
  const first = work({ stepMs: 20, steps: 100 });
  await due(1);
  await until(async () => (await operations.run({ id: 1 })).progress !== null);
  await first.stop(5000);
  t.like(await operations.run({ id: 1 }), { state: 'queued', attempt: 0, worker: null });
  work({ steps: 100 });
  await over(1);
  const { state } = await loadCheckpoint(join(place.home, 'models', 'tiny', 'champion.safetensors'));
  const [, begun] = state.leases as number[];
  t.true(begun > 0, `it went on from step ${begun}`);
  await assertConsistent(t, ledger.database, { home: place.home });
});

onEachDatabase('a worker that is not heard of loses its run, and can commit no more', async (t, place) => {
  const { ledger, work, due, over, until, operations, logged } = await benchOn(t, place);
  await due(1);
  // It holds the lease, and is silent.
  const lost = (await leaseRun(ledger, 'slow')) as Lease;
  await until(async () => (await operations.run({ id: 1 })).state === 'queued');
  t.true(logged.includes('warn: run 1 of tiny: its worker is not heard of, another goes on'));
  work();
  await over(1);
  const before = await operations.run({ id: 1 });
  t.like(before, { state: 'succeeded', fence: 2, attempt: 0 });
  const result = { kind: 'tooFewRows', newRows: 0, minRows: 1 } as const;
  t.is(await commitResult(ledger, lost, result, { folder: 'runs/tiny/1/1', codeVersion: 'slow' }), null);
  t.is(await failRun(ledger, lost, 'late', false), null);
  t.is(await releaseLease(ledger, lost), null);
  t.deepEqual(await renewLeases(ledger.database, 'slow', [{ ...lost, progress: null }]), []);
  t.deepEqual(await operations.run({ id: 1 }), before);
  await assertConsistent(t, ledger.database, { home: place.home });
});

onEachDatabase(
  'a worker that has leased a run anew, after losing it, ends the old training and keeps the new one',
  async (t, place) => {
    const { ledger, work, due, over, until, operations, logged } = await benchOn(t, place);
    work({ stepMs: 100, steps: 30 });
    await due(1);
    await until(async () => (await operations.run({ id: 1 })).progress !== null);
    await revokeAllLeases(ledger);
    await until(async () => logged.includes('warn: run 1 of tiny: another worker has it'));
    await over(1);
    t.is((await operations.run({ id: 1 })).fence, 2);
    t.is((await operations.models({ job: 'tiny' })).versions.length, 1);
    await assertConsistent(t, ledger.database, { home: place.home });
  },
);

onEachDatabase('a run whose workers die over it again and again, without progress, has failed', async (t, place) => {
  const { ledger, due, operations } = await benchOn(t, place);
  await due(1);
  for (let lost = 1; lost <= 10; lost++) {
    t.is((await operations.run({ id: 1 })).state, 'queued');
    await leaseRun(ledger, 'mortal');
    await revokeAllLeases(ledger);
  }
  t.like(await operations.run({ id: 1 }), {
    state: 'failed',
    error: 'its worker died 10 times in a row, without any progress',
  });
});

onEachDatabase('of the versions those stay that an alias points to, and the newest beside them', async (t, place) => {
  const { work, due, over, operations, ledger } = await benchOn(t, place, { keep: 2 });
  let worker = work({ score: 0.5 });
  const kept = async () => {
    await deleteFiles(ledger.database, place.home);
    const { versions } = await operations.models({ job: 'tiny' });
    const numbers = versions.map(({ number }) => number);
    const folders = await readdir(join(place.home, 'runs', 'tiny'));
    t.deepEqual(
      folders.map(Number).sort((a, b) => b - a),
      numbers,
    );
    return numbers;
  };
  await due(1);
  await over(1);
  await operations.promote({ job: 'tiny', version: 1, alias: 'staging', by: 'ann', why: 'try it' });
  for (let n = 2; n <= 4; n++) {
    await worker.stop(1000);
    worker = work({ score: 0.5 + n / 10 });
    await due(n);
    await over(n);
  }
  // 4 is the champion, 3 the previous one, 2 is kept, 1 is staged.
  t.deepEqual(await kept(), [4, 3, 2, 1]);
  await worker.stop(1000);
  work({ score: 0.1 });
  for (let n = 5; n <= 8; n++) {
    await due(n);
    await over(n);
  }
  t.deepEqual(await kept(), [8, 7, 6, 4, 3, 1]);
  await assertConsistent(t, ledger.database, { home: place.home });
});

onEachDatabase('an alias is moved by hand, back again, and not to what does not load', async (t, place) => {
  const { work, due, over, operations, ledger } = await benchOn(t, place);
  const who = { job: 'tiny', by: 'ann', why: 'complaints' };
  let worker = work({ score: 0.5 });
  await due(1);
  await over(1);
  await t.throwsAsync(operations.rollback({ ...who, version: null }), { message: /no champion before this one/ });
  await worker.stop(1000);
  worker = work({ score: 0.6 });
  await due(2);
  await over(2);
  t.is(await operations.rollback({ ...who, version: null }), 1);
  const [rolledBack] = (await operations.models({ job: 'tiny' })).changes.filter(({ name }) => name === 'champion');
  t.like(rolledBack, { kind: 'rollback', from: 2, to: 1, by: 'ann', why: 'complaints' });
  const pointer = join(place.home, 'models', 'tiny', 'champion.safetensors');
  t.is((await loadCheckpoint(pointer)).state.dueAt, hour);
  await assertConsistent(t, ledger.database, { home: place.home });

  const { versions } = await operations.models({ job: 'tiny' });
  await writeFile(join(place.home, versions[0].checkpoint), 'no model');
  await t.throwsAsync(operations.promote({ ...who, version: 2, alias: 'champion' }), { name: 'CheckpointError' });
  await t.throwsAsync(operations.promote({ ...who, version: 7, alias: 'champion' }), {
    message: /a version that is kept/,
  });
  await t.throwsAsync(operations.promote({ ...who, version: 1, alias: '../x' }), { name: 'OptionError' });
  await t.throwsAsync(operations.promote({ ...who, job: 'tinny', version: 1, alias: 'x' }), {
    message: /Did you mean tiny/,
  });
  await operations.promote({ ...who, version: 1, alias: 'staging' });
  await operations.unalias({ ...who, alias: 'staging' });
  t.deepEqual(
    (await operations.models({ job: 'tiny' })).versions.map(({ aliases }) => aliases),
    [[], ['champion']],
  );
  await t.throwsAsync(operations.unalias({ ...who, alias: 'staging' }), { message: /an alias of tiny, got staging/ });
  await t.throwsAsync(operations.unalias({ ...who, alias: 'champion' }), { name: 'OptionError' });
  t.is((await loadCheckpoint(pointer)).state.dueAt, hour);
  t.regex(await readFile(pointer, 'latin1'), /dueAt/);
});
