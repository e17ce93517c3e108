import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { databaseOperations } from '../../../src/job/operations/databaseOperations.ts';
import { checkChampions } from '../../../src/job/registry/checkChampions.ts';
import { deleteFiles } from '../../../src/job/registry/deleteFiles.ts';
import { deleteLogs } from '../../../src/job/registry/deleteLogs.ts';
import { repairPointers, writePointers } from '../../../src/job/registry/pointers.ts';
import { commitResult } from '../../../src/job/runs/commitResult.ts';
import { failRun } from '../../../src/job/runs/failRun.ts';
import { type Lease, leaseRun } from '../../../src/job/runs/lease.ts';
import { declareJob } from '../../../src/job/scheduler/declareJob.ts';
import { fireDue } from '../../../src/job/scheduler/fireDue.ts';
import type { SlicedScores, TrainingResult } from '../../../src/job/types.ts';
import { every, webhook } from '../../../src/jobs.ts';
import { saveCheckpoint } from '../../../src/operators.ts';
import { assertConsistent } from '../assertConsistent.ts';
import { onEachDatabase, type Place } from '../databases.ts';
import { handClock } from '../handClock.ts';
import { tinyJob } from '../jobFile.ts';

const hour = 3_600_000;

/** A job that is due every hour, and a worker that trains nothing and commits what it is told. */
async function benchOn(place: Place) {
  const clock = handClock();
  const database = await place.open();
  const ledger = { database, clock };
  const job = tinyJob({ schedule: every({ hours: 1 }), overlap: 'allowAll', notify: webhook('http://localhost/') });
  const declared = { job, file: 'tiny.ts' };
  await declareJob(ledger, declared);
  const { home } = place;
  const logged: string[] = [];

  async function lease(hours: number): Promise<Lease> {
    clock.set(hours * hour);
    await fireDue(ledger, declared);
    return (await leaseRun(ledger, 'test')) as Lease;
  }

  async function commit(held: Lease, passed = true) {
    const folder = join('runs', 'tiny', `${held.run}`, `${held.fence}`);
    const path = await saveCheckpoint(
      join(home, folder),
      { tensors: {}, state: { run: held.run } },
      { step: 1, keep: 1 },
    );
    const scores: SlicedScores = { rows: 1, metrics: { auc: 0.5 }, slices: {} };
    const result: TrainingResult = {
      kind: 'trained',
      newRows: 1,
      trainedRows: 1,
      dataFrom: null,
      dataTo: held.dueAt,
      start: { kind: 'scratch' },
      checkpoint: relative(join(home, folder), path),
      sha256: createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
      pipelineHash: '',
      fingerprint: null,
      candidate: scores,
      champion: null,
      verdict: { passed, checks: [] },
    };
    const told = await commitResult(ledger, held, result, { folder, codeVersion: '' });
    await writePointers(database, home, 'tiny');
    return { told, path };
  }

  return {
    ledger,
    database,
    home,
    logged,
    lease,
    commit,
    pointer: join(home, 'models', 'tiny', 'champion.safetensors'),
    operations: databaseOperations({ database, home, clock, timeoutMs: 0 }),
    check: () => checkChampions(ledger, home, 'tiny', (level, message) => logged.push(`${level}: ${message}`)),
    async alerts() {
      const all = await database.query<{ text: string }>(
        `select body->>'text' as text from millrace.notification where event = 'alert'`,
      );
      return all.map(({ text }) => text);
    },
  };
}

onEachDatabase(
  'a champion that does not load is an alert, and the newest before it that does takes its place',
  async (t, place) => {
    const bench = await benchOn(place);
    const paths: string[] = [];
    for (const n of [1, 2, 3]) paths.push((await bench.commit(await bench.lease(n))).path);
    await bench.check();
    t.deepEqual(bench.logged, []);
    await writeFile(paths[2], 'no model');
    await rm(paths[1]);
    await bench.check();
    t.is(bench.logged.length, 1);
    t.regex(bench.logged[0], /^error: version 3 of tiny, the champion, does not load: .*expected a file with sha256/);
    t.deepEqual(await bench.alerts(), [bench.logged[0].replace('error: ', '')]);
    t.is((await bench.operations.jobs())[0].champion, 1);
    t.is(relative(join(bench.pointer, '..'), paths[0]), await readlink(bench.pointer));
    const [change] = (await bench.operations.models({ job: 'tiny' })).changes.filter(({ name }) => name === 'champion');
    t.like(change, { kind: 'rollback', from: 3, to: 1, by: 'millrace' });
    await bench.check();
    t.is(bench.logged.length, 1);
  },
);

onEachDatabase('where no model loads the champion stays what it is', async (t, place) => {
  const bench = await benchOn(place);
  for (const n of [1, 2]) await rm((await bench.commit(await bench.lease(n))).path);
  const before = await readlink(bench.pointer);
  await bench.check();
  t.is((await bench.alerts()).length, 1);
  t.is((await bench.operations.jobs())[0].champion, 2);
  t.is(await readlink(bench.pointer), before);
});

onEachDatabase('pointers are brought to what the registry says, whatever was left there', async (t, place) => {
  const { database, home, lease, commit, pointer } = await benchOn(place);
  const { path } = await commit(await lease(1));
  const folder = join(pointer, '..');
  const own = relative(folder, path);
  for (const spoil of [
    () => rm(pointer),
    async () => {
      await rm(pointer);
      await symlink('elsewhere', pointer);
    },
    async () => {
      await rm(pointer);
      await writeFile(pointer, 'half a');
    },
    () => symlink('elsewhere', `${pointer}.tmp`),
    () => symlink(own, join(folder, 'gone.safetensors')),
  ]) {
    await spoil();
    await repairPointers(database, home, ['tiny']);
    t.is(await readlink(pointer), own);
    t.deepEqual(await readdir(folder), ['champion.safetensors']);
  }
});

onEachDatabase('the share of an alias is in the registry, its history, and a file for servers', async (t, place) => {
  const { database, home, lease, commit, operations, pointer } = await benchOn(place);
  for (const n of [1, 2]) await commit(await lease(n));
  const file = join(pointer, '..', 'shares.json');
  const shares = () => readFile(file, 'utf8').catch(({ code }) => code);
  const who = { job: 'tiny', by: 'me', why: 'a trial' };
  t.is(await shares(), 'ENOENT');
  await operations.promote({ ...who, version: 1, alias: 'challenger', share: 0.1 });
  t.is(await shares(), '{"challenger":0.1}');
  await operations.promote({ ...who, version: 1, alias: 'challenger', share: 0.5 });
  t.is(await shares(), '{"challenger":0.5}');
  await rm(file);
  await repairPointers(database, home, ['tiny']);
  t.is(await shares(), '{"challenger":0.5}');
  // A share is of a version.
  await operations.promote({ ...who, version: 2, alias: 'challenger' });
  t.is(await shares(), 'ENOENT');
  const { changes } = await operations.models({ job: 'tiny' });
  t.deepEqual(
    changes.filter(({ name }) => name === 'challenger').map(({ kind, from, to, share }) => [kind, from, to, share]),
    [
      ['promote', 1, 2, null],
      ['promote', 1, 1, 0.5],
      ['promote', null, 1, 0.1],
    ],
  );
  await t.throwsAsync(operations.promote({ ...who, version: 1, alias: 'champion', share: 0.5 }), {
    name: 'OptionError',
  });
});

onEachDatabase('a model that a server could not put into service is recorded, and told', async (t, place) => {
  const { lease, commit, operations, alerts } = await benchOn(place);
  await commit(await lease(1));
  await operations.refuse({ job: 'tiny', alias: 'champion', by: 'millrace serve on here', why: 'it is half a file' });
  const [change] = (await operations.models({ job: 'tiny' })).changes;
  t.like(change, { name: 'champion', kind: 'refuse', from: 1, to: 1, why: 'it is half a file' });
  t.is((await operations.jobs())[0].champion, 1);
  t.deepEqual(await alerts(), [
    'champion of tiny: version 1 could not be put into service by millrace serve on here: it is half a file',
  ]);
});

onEachDatabase(
  'a verdict on a champion that is none any more does not count: the run is judged again',
  async (t, place) => {
    const { database, home, lease, commit, operations } = await benchOn(place);
    await commit(await lease(1));
    const [early, late] = [await lease(2), await lease(3)];
    t.deepEqual([early.champions[0].version, late.champions[0].version], [1, 1]);
    t.regex((await commit(late)).told ?? '', /^succeeded, version 2/);
    t.is((await commit(early)).told, 'to be judged again: the champion is another than it was');
    t.like(await operations.run({ id: early.run }), { state: 'queued', attempt: 0, version: null });
    const again = await lease(3);
    t.like(again, { run: early.run, fence: 2, champions: [{ version: 2 }, { version: 1 }] });
    t.regex((await commit(again, false)).told ?? '', /^rejected, version 3/);
    await assertConsistent(t, database, { home });
  },
);

onEachDatabase("the logs of a job's last hundred runs stay, and of those that have files", async (t, place) => {
  const { database, home, lease, commit } = await benchOn(place);
  const folder = join(home, 'logs', 'tiny');
  await mkdir(folder, { recursive: true });
  await commit(await lease(1));
  // 2 to 150 have left nothing else.
  await database.script(`
    insert into millrace.tick (job, due_at, origin, state, reason, created_at)
      select 'tiny', n, 'trigger', 'skipped', '', n from generate_series(2, 150) n;
    insert into millrace.run (job, tick_id, due_at, state, created_at, files_deleted)
      select job, id, due_at, 'skipped', due_at, true from millrace.tick where origin = 'trigger' order by id;
  `);
  for (let run = 1; run <= 150; run++) await writeFile(join(folder, `${run}.log`), '');
  for (const run of [1, 50, 51]) await writeFile(join(folder, `${run}.log.1`), '');
  await deleteLogs(database, home, ['tiny', 'other']);
  const last = Array.from({ length: 100 }, (_, i) => `${51 + i}.log`);
  t.deepEqual((await readdir(folder)).toSorted(), ['1.log', '1.log.1', ...last, '51.log.1'].toSorted());
});

onEachDatabase('of failed runs the folders of the last five stay, of open ones all', async (t, place) => {
  const { ledger, lease, commit } = await benchOn(place);
  await commit(await lease(1));
  for (let hours = 2; hours <= 9; hours++) {
    const held = await lease(hours);
    await mkdir(join(place.home, 'runs', 'tiny', `${held.run}`));
    if (hours < 9) await failRun(ledger, held, 'the rows are not there', true);
    await deleteFiles(ledger.database, place.home);
  }
  t.deepEqual((await readdir(join(place.home, 'runs', 'tiny'))).sort(), ['1', '4', '5', '6', '7', '8', '9']);
});
