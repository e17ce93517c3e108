import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { JobView } from '../../../src/job/store/jobTable.ts';
import type { TickView } from '../../../src/job/store/tickTable.ts';
import type { VersionView } from '../../../src/job/store/versionTable.ts';
import { millrace, temporaryFolder } from '../../pipeline/run.ts';
import { folderOf, writeDay } from '../training/days.ts';

test('a job is replayed, and looked at and steered from the command line', async (t) => {
  const folder = await folderOf(t, 3);
  await writeDay(folder, 2, { isPoisoned: true });
  const inFolder = async (...args: string[]) => {
    const { code, stdout, stderr } = await millrace(args, { cwd: folder, env: { DATABASE_URL: '' } });
    t.is(code, 0, stderr);
    return stdout;
  };
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse(await inFolder(...args, '--json'));

  await inFolder('schedule', 'job.mjs', '--clock', '2001-01-01T12:00Z', '--until', '2001-01-04');
  const ticks = await json<TickView[]>('runs', 'daily');
  t.deepEqual(
    ticks.map(({ dueAt, run, state }) => [new Date(dueAt).toISOString().slice(0, 10), run, state]),
    [
      ['2001-01-04', 3, 'ran'],
      ['2001-01-03', 2, 'ran'],
      ['2001-01-02', 1, 'ran'],
    ],
  );
  const shown = await inFolder('runs', '--limit', '2');
  t.deepEqual(
    shown.split('\n').map((line) => line.slice(0, 42)),
    [
      'due                   job    origin    tick',
      '2001-01-04T00:00:00Z  daily  schedule  ran',
      '2001-01-03T00:00:00Z  daily  schedule  ran',
      '',
    ].map((line) => line.slice(0, 42)),
  );
  const run = await inFolder('run', 'show', '1');
  t.regex(run, /^run 1 of daily\n\nstate +succeeded\n/);
  const [, logFile] = /\nlog +(.*)\n/.exec(run) ?? [];
  const log = await readFile(join(folder, logFile), 'utf8');
  t.regex(
    log,
    / begins, lease 1\n.*\n.* 401 new rows; trains on \d+, of .*, from scratch\n(.*\n)*.* succeeded, version 1: .*\n$/,
  );
  t.regex(log, /epoch 1/);
  t.regex(run, /\npassed {2}improves auc .* there is no champion yet\n/);
  t.regex(run, /\nnew rows +401\nrows from +2001-01-01T00:00:00Z to 2001-01-02T00:00:00Z\n/);
  const [job] = await json<JobView[]>('jobs');
  t.like(job, { name: 'daily', champion: 3, open: 0, error: null });
  t.regex(
    await inFolder('jobs'),
    /\ndaily +0 0 \* \* \* UTC +2001-01-05T00:00:00Z +version 3 +0 +2001-01-04T00:00:00Z +ran\n$/,
  );

  t.regex(await inFolder('models', 'daily'), /\ndaily +3 +champion +.*\ndaily +2 +previous +.*\ndaily +1 +- /);
  t.regex(await inFolder('evaluate', '.millrace/models/daily/champion.safetensors'), / rows held out from training\n/);
  t.is(await inFolder('rollback', 'daily', '--why', 'complaints'), 'champion of daily is version 2\n');
  t.is(await inFolder('promote', 'daily', '1', '--alias', 'staging'), 'staging of daily is version 1\n');
  t.is(
    await inFolder('promote', 'daily', '1', '--alias', 'staging', '--share', '0.1'),
    'staging of daily is version 1, for 10 %\n',
  );
  t.regex(await inFolder('models', '--history'), /\n\S+ +daily +champion +rollback +3 +2 +- +\S+ +complaints\n/);
  const pointer = join(folder, '.millrace', 'models', 'daily', 'champion.safetensors');
  const { versions } = await json<{ versions: readonly VersionView[] }>('models');
  const [second] = versions.filter(({ number }) => number === 2);
  t.is(
    createHash('sha256')
      .update(await readFile(pointer))
      .digest('hex'),
    second?.sha256,
  );

  t.is(await inFolder('pause', 'daily', '--why', 'holidays'), 'daily is paused\n');
  t.regex(await inFolder('jobs'), /paused by/);
  t.is(await inFolder('resume', 'daily'), 'daily is resumed\n');
  t.is(await inFolder('backfill', 'daily', '--from', '2001-01-01', '--to', '2001-01-03', '--again'), unanswered);
  t.is(await inFolder('trigger', 'daily', '--why', 'new rows'), unanswered);
  // A scheduler answers what was asked while there was none. Both runs lie behind the watermark, or find nothing new.
  await inFolder('schedule', 'job.mjs', '--clock', '2001-01-04T12:00Z', '--until', '2001-01-04T13:00Z');
  const later = await json<TickView[]>('runs');
  t.deepEqual(
    later
      .filter(({ origin }) => origin !== 'schedule')
      .map(({ origin, state, cause }) => [origin, state, (cause ?? '').replace(/^by [^:]*/, 'by')]),
    [
      ['trigger', 'skipped', 'by: new rows'],
      ['backfill', 'ran', 'by'],
      ['backfill', 'ran', 'by'],
      ['backfill', 'skipped', 'by'],
    ],
  );
  t.is((await json<JobView[]>('jobs'))[0].champion, 2);
});

const unanswered = 'no scheduler has answered yet: it will be done when one runs\n';

test('what is asked for in a wrong way is told how it is right', async (t) => {
  const cwd = await temporaryFolder(t);
  const ask = async (...args: string[]) => {
    const { code, stderr } = await millrace(args, { cwd, env: { DATABASE_URL: '' } });
    return [code, stderr.split('\n')[0]] as const;
  };
  const none =
    'millrace: home: expected a folder that millrace schedule has worked in, or DATABASE_URL, got .millrace. Name it with --home, or begin with millrace schedule FILE.';
  t.deepEqual(await ask('jobs'), [1, none]);
  t.deepEqual(await ask('schedule'), [2, 'millrace: expected at least one FILE, got nothing']);
  t.deepEqual(await ask('schedule', 'x.ts', '--speed', '2'), [
    2,
    'millrace: --speed: expected --clock with it, for a simulated clock',
  ]);
  t.deepEqual(await ask('schedule', 'x.ts', '--concurrency', 'many'), [
    2,
    'millrace: --concurrency: expected an integer from 0 to 64, got many',
  ]);
  t.deepEqual(await ask('backfill', 'daily', '--from', 'yesterday', '--to', '2001-01-01'), [
    2,
    'millrace: --from: expected a time as 2001-06-30 or 2001-06-30T03:00Z, got yesterday',
  ]);
  t.deepEqual(await ask('run', 'list', '3'), [2, 'millrace: expected show ID, got list']);
  t.deepEqual(await ask('worker'), [
    2,
    'millrace: DATABASE_URL: expected the URL of a PostgreSQL server: an embedded database has its own worker',
  ]);
  const onServer = async (url: string) => {
    const { code, stderr } = await millrace(['jobs'], { cwd, env: { DATABASE_URL: url } });
    t.is(code, 1);
    return stderr;
  };
  t.is(
    await onServer('postgresql://ann:secret@127.0.0.1:1/x'),
    'millrace: postgresql 127.0.0.1:1/x: expected a PostgreSQL server that lets this user make tables, got connect ECONNREFUSED 127.0.0.1:1. Check DATABASE_URL, and that the server runs.\n',
  );
  t.regex(
    await onServer('mysql://ann:secret@127.0.0.1/x'),
    /^millrace: DATABASE_URL: expected postgresql:.*, got a URL that begins with mysql:\. /,
  );
  const [code, text] = await ask('schedule', 'none.ts');
  t.is(code, 1);
  t.regex(text, /none\.ts/);
});
