import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import type { Notice } from '../../../src/job/store/database.ts';
import { migrations } from '../../../src/job/store/databaseSchema.ts';
import { migrate } from '../../../src/job/store/migrate.ts';
import { sendNotice } from '../../../src/job/store/notices.ts';
import { openDatabase } from '../../../src/job/store/openDatabase.ts';
import { isTransient } from '../../../src/job/store/serverDatabase.ts';
import { temporaryFolder } from '../../pipeline/run.ts';
import { embeddedPlace, onEachDatabase, onServer } from '../databases.ts';

onEachDatabase('numbers and JSON come as JavaScript has them, arrays go in', async (t, place) => {
  const database = await place.open();
  const [row] = await database.query(
    `select 1764068400000::bigint as time, count(*) as count, $1::jsonb as json, 1 = any ($2::bigint[]) as listed, null as nothing`,
    [JSON.stringify([{ a: 1 }, 'b']), [1, 2]],
  );
  t.deepEqual(row, { time: 1764068400000, count: 1, json: [{ a: 1 }, 'b'], listed: true, nothing: null });
});

onEachDatabase('a transaction is there as a whole or not at all', async (t, place) => {
  const database = await place.open();
  await database.script('create table a (n integer primary key)');
  const failed = database.transaction(async (sql) => {
    await sql.query('insert into a values (1)');
    await sql.query('insert into a values (1)');
  });
  await t.throwsAsync(failed, { message: /duplicate key/ });
  await database.transaction(async (sql) => {
    await sql.query('insert into a values (2)');
  });
  t.deepEqual(await database.query('select n from a'), [{ n: 2 }]);
});

onEachDatabase(
  'what is asked meanwhile does not fall into a transaction, nor between a failed script and its end',
  async (t, place) => {
    const database = await place.open();
    await database.script('create table a (n integer primary key)');
    const failed = database.transaction(async (sql) => {
      await sql.query('insert into a values (1)');
      await setTimeout(20);
      throw new Error('rolled back');
    });
    const script = database.script('begin; insert into a values (2); select 1 / 0; commit');
    const beside = database.query('insert into a values (3)');
    await t.throwsAsync(failed, { message: 'rolled back' });
    await t.throwsAsync(script, { message: /division by zero/ });
    await beside;
    t.deepEqual(await database.query('select n from a'), [{ n: 3 }]);
  },
);

onEachDatabase('a script gives the rows of all its statements', async (t, place) => {
  const database = await place.open();
  t.deepEqual(await database.script('begin; select 1 as a; commit; select 2 as b'), [{ a: 1 }, { b: 2 }]);
});

onEachDatabase(
  'a notice is heard when its transaction is committed, and not when it is rolled back',
  async (t, place) => {
    const database = await place.open();
    const heard: (Notice | undefined)[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const { promise: listening, resolve: begin } = Promise.withResolvers<void>();
    const stop = await database.listen((notice) => {
      heard.push(notice);
      if (notice === undefined) begin();
      if (notice === 'over') resolve();
    });
    if (database.kind === 'server') await listening;
    await t.throwsAsync(
      database.transaction(async (sql) => {
        await sendNotice(sql, 'request');
        throw new Error('rolled back');
      }),
    );
    await database.transaction((sql) => sendNotice(sql, 'work'));
    await sendNotice(database, 'over');
    await promise;
    t.deepEqual(heard.slice(-2), ['work', 'over']);
    t.false(heard.includes('request'));
    await stop();
  },
);

onEachDatabase('a newer version is not worked with', async (t, place) => {
  const database = await place.open();
  await database.query('insert into millrace.migration (number) values (1000)');
  await t.throwsAsync(migrate(database), { message: /version 1000.*newer millrace/s });
});

onEachDatabase('tables of an earlier version are brought to this one, with what they hold', async (t, place) => {
  const database = await place.open();
  await database.script('drop schema millrace cascade');
  await database.script(`create schema millrace; ${migrations[0]}
    create table millrace.migration (number integer primary key, at timestamptz not null default now());
    insert into millrace.migration (number) values (1);
    create schema millrace_queue;
    insert into millrace.job (name, file, declaration, scheduled_until, declared_at)
      values ('a', '', '{"gate": ["atLeast auc 0.7"], "keep": 5}', 0, 0), ('b', '', '{}', 0, 0);
    insert into millrace.ask (job, kind, since, until, again, by, why) values ('a', 'trigger', 1, 2, false, 'me', '');
    insert into millrace.tick (job, due_at, origin, state, created_at)
      select 'a', n, case n when 5 then 'trigger' else 'schedule' end, case when n < 4 then 'ran' else 'waiting' end, 0
      from generate_series(1, 6) n;
    insert into millrace.run (job, tick_id, due_at, state, created_at, backoff_ms)
      select 'a', id, due_at, case when id < 4 then 'succeeded' else 'queued' end, 0, case id when 6 then 60000 end
      from millrace.tick order by id;
    insert into millrace.version (job, number, run_id, checkpoint, sha256, pipeline_hash, code_version, fingerprint, scores,
        verdict, created_at)
      select job, id, id, 'c' || id, '', '', '', '{}', '{}', '{}', 0 from millrace.run where id < 4;
    insert into millrace.alias_change (job, name, kind, to_version, by, why, at) values
      ('a', 'champion', 'promote', 1, 'gate', '', 0), ('a', 'staging', 'promote', 2, '', '', 0),
      ('a', 'champion', 'promote', 2, '', '', 0), ('a', 'champion', 'promote', 3, '', '', 0),
      ('a', 'champion', 'rollback', 2, '', '', 0), ('a', 'champion', 'promote', 1, '', '', 0);
  `);
  await migrate(database);
  t.deepEqual(await database.query('select name, champions from millrace.job order by name'), [
    { name: 'a', champions: [1, 2] },
    { name: 'b', champions: [] },
  ]);
  t.deepEqual(await database.query('select declaration from millrace.job order by name'), [
    { declaration: { checks: ['atLeast auc 0.7'], keep: 5 } },
    { declaration: {} },
  ]);
  t.deepEqual(await database.query('select by from millrace.alias_change order by id limit 2'), [
    { by: 'checks' },
    { by: '' },
  ]);
  t.deepEqual(await database.query('select job, until from millrace.request where answer is null'), [
    { job: 'a', until: 2 },
  ]);
  t.deepEqual(
    await database.query(
      `select id, is_asked as "isAsked", retry_at > now() as "isLater" from millrace.run where state = 'queued' order by place`,
    ),
    [
      { id: 4, isAsked: false, isLater: null },
      { id: 5, isAsked: true, isLater: null },
      { id: 6, isAsked: false, isLater: true },
    ],
  );
  t.deepEqual(
    await database.query(`select * from information_schema.schemata where schema_name = 'millrace_queue'`),
    [],
  );
});

test('two processes never have one embedded database, and a copy of a half made one is made anew', async (t) => {
  const { home, open } = await embeddedPlace(t);
  const database = await open();
  await t.throwsAsync(openDatabase(home, undefined), { name: 'LockError', message: /process \d+ is using/ });
  await database.close();
  const other = join(await temporaryFolder(t), 'new');
  await mkdir(join(other, 'database.new'), { recursive: true });
  const made = await openDatabase(other, undefined);
  t.deepEqual(await made.query('select * from millrace.job'), []);
  await made.close();
});

test('an embedded database that does not open says so, and leaves its folder to others', async (t) => {
  const home = join(await temporaryFolder(t), 'home');
  await mkdir(join(home, 'database'), { recursive: true });
  await writeFile(join(home, 'database', 'PG_VERSION'), '17');
  for (let tries = 0; tries < 2; tries++) {
    await t.throwsAsync(openDatabase(home, undefined), {
      name: 'MillraceError',
      message: /home\/database: expected an embedded database that opens, got .*disk may be full/s,
    });
  }
});

onServer('ten processes make the tables at once', async (t, { postgres }) => {
  const url = await postgres!.create('empty');
  const all = await Promise.all(Array.from({ length: 10 }, () => openDatabase('', url)));
  t.deepEqual(await all[0].query('select number from millrace.migration'), [
    { number: 1 },
    { number: 2 },
    { number: 3 },
    { number: 4 },
  ]);
  await Promise.all(all.map((database) => database.close()));
});

onServer('a transaction whose connection breaks is run again', async (t, place) => {
  const database = await place.open();
  let runs = 0;
  const pid = await database.transaction(async (sql) => {
    const [{ pid }] = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
    if (runs++ === 0) await database.query('select pg_terminate_backend($1)', [pid]);
    await sql.query('select 1');
    return pid;
  });
  t.is(runs, 2);
  t.true(pid > 0);
});

onServer(
  'a listener hears again after the server was away, and is told that it may have missed something',
  async (t, place) => {
    const database = await place.open();
    let gaps = 0;
    let wake = () => {};
    const stop = await database.listen((notice) => {
      if (notice === undefined) gaps++;
      wake();
    });
    const gap = (count: number) =>
      new Promise<void>((resolve) => {
        wake = () => gaps >= count && resolve();
        wake();
      });
    await gap(1);
    await place.postgres!.restart();
    await gap(2);
    t.is(gaps, 2);
    await stop();
  },
);

test('errors that say nothing about the statement are known', (t) => {
  const coded = (code: string) => Object.assign(new Error(code), { code });
  for (const code of ['40001', '40P01', '57P01', '08006', 'ECONNREFUSED']) t.true(isTransient(coded(code)), code);
  for (const code of ['23505', '53100', '42601']) t.false(isTransient(coded(code)), code);
  t.true(isTransient(new Error('Connection terminated unexpectedly')));
  t.false(isTransient(new Error('no')));
  t.false(isTransient(undefined));
});
