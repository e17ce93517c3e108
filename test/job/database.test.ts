import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import type { Notice } from '../../src/job/database/database.ts';
import { isPassing } from '../../src/job/database/isPassing.ts';
import { migrate } from '../../src/job/database/migrate.ts';
import { notify } from '../../src/job/database/notify.ts';
import { openDatabase } from '../../src/job/database/openDatabase.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { embeddedPlace, onEachDatabase, onServer } from './databases.ts';

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
        await notify(sql, 'ask');
        throw new Error('rolled back');
      }),
    );
    await database.transaction((sql) => notify(sql, 'work'));
    await notify(database, 'over');
    await promise;
    t.deepEqual(heard.slice(-2), ['work', 'over']);
    t.false(heard.includes('ask'));
    await stop();
  },
);

onEachDatabase('a newer version is not worked with', async (t, place) => {
  const database = await place.open();
  await database.query('insert into millrace.migration (number) values (1000)');
  await t.throwsAsync(migrate(database), { message: /version 1000.*newer millrace/s });
});

test('two processes never have one embedded database, and a copy of a half made one is made anew', async (t) => {
  const { home, open } = await embeddedPlace(t);
  const database = await open();
  await t.throwsAsync(openDatabase(home, undefined), { name: 'CheckpointError', message: /process \d+ is using/ });
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
  t.deepEqual(await all[0].query('select number from millrace.migration'), [{ number: 1 }]);
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
  for (const code of ['40001', '40P01', '57P01', '08006', 'ECONNREFUSED']) t.true(isPassing(coded(code)), code);
  for (const code of ['23505', '53100', '42601']) t.false(isPassing(coded(code)), code);
  t.true(isPassing(new Error('Connection terminated unexpectedly')));
  t.false(isPassing(new Error('no')));
  t.false(isPassing(undefined));
});
