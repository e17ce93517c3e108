/**
 * The tables, in a schema of their own, as migrations: each is run once, in order, and never changed after a release. Times are
 * milliseconds since 1970 UTC by the clock of the jobs, so that a simulated one needs no other type.
 */
export const migrations: readonly string[] = [
  `
  create table millrace.job (
    name text primary key,
    file text not null,
    declaration jsonb not null,
    error text,
    -- All due times up to here have a row in tick.
    scheduled_until bigint not null,
    next_due bigint,
    watermark bigint,
    declared_at bigint not null
  );

  create table millrace.pause (
    id bigint generated always as identity primary key,
    job text not null references millrace.job,
    since bigint not null,
    until bigint,
    by text not null,
    why text not null
  );
  create unique index pause_open on millrace.pause (job) where until is null;

  -- What a person asks a scheduler for.
  create table millrace.ask (
    id bigint generated always as identity primary key,
    job text not null references millrace.job,
    kind text not null check (kind in ('trigger', 'backfill')),
    since bigint not null,
    until bigint not null,
    again boolean not null,
    by text not null,
    why text not null,
    answer jsonb
  );
  create index ask_open on millrace.ask (id) where answer is null;

  -- Looks at the rows, between the ticks of a schedule.
  create table millrace.probe (
    job text not null references millrace.job,
    kind text not null check (kind in ('newData', 'drift')),
    next_at bigint not null,
    -- What was found last: newer rows than that are needed before drift asks for the same again.
    found jsonb,
    error text,
    primary key (job, kind)
  );

  create table millrace.tick (
    id bigint generated always as identity primary key,
    job text not null references millrace.job,
    due_at bigint not null,
    origin text not null check (origin in ('schedule', 'trigger', 'backfill', 'newData', 'drift')),
    state text not null check (state in ('waiting', 'ran', 'skipped', 'missed', 'failed')),
    -- Who or what asked for it; null for one of the schedule.
    cause text,
    reason text,
    created_at bigint not null,
    decided_at bigint
  );
  create unique index tick_once on millrace.tick (job, due_at) where origin = 'schedule';
  create index tick_by_job on millrace.tick (job, due_at desc);

  create table millrace.run (
    id bigint generated always as identity primary key,
    job text not null references millrace.job,
    tick_id bigint not null unique references millrace.tick,
    due_at bigint not null,
    state text not null check (state in
      ('buffered', 'queued', 'running', 'succeeded', 'rejected', 'skipped', 'failed', 'cancelled')),
    attempt integer not null default 0,
    fence integer not null default 0,
    -- Leases in a row whose worker died without progress.
    lost integer not null default 0,
    step_at_lease bigint not null default 0,
    worker text,
    -- Counts the heartbeats of a lease: whoever sees it stand still for as long as a lease, by its own clock, takes the run away.
    beat bigint not null default 0,
    heartbeat_at timestamptz,
    -- Set while the run waits, out of the queue, after a failure.
    backoff_ms bigint,
    cancel_reason text,
    created_at bigint not null,
    started_at bigint,
    finished_at bigint,
    new_rows bigint,
    data_from bigint,
    data_to bigint,
    progress jsonb,
    verdict json,
    error text,
    version integer,
    files_deleted boolean not null default false
  );
  create index run_open on millrace.run (job, id) where state in ('buffered', 'queued', 'running');
  create index run_by_job on millrace.run (job, id desc);
  create index run_files on millrace.run (job, id) where not files_deleted;

  create table millrace.version (
    job text not null references millrace.job,
    number integer not null,
    run_id bigint not null unique references millrace.run,
    -- From the home folder on.
    checkpoint text not null,
    sha256 text not null,
    pipeline_hash text not null,
    code_version text not null,
    -- Not jsonb, which puts metrics and numbers in another order.
    fingerprint json not null,
    data_from bigint,
    data_to bigint,
    scores json not null,
    verdict json not null,
    parent integer,
    created_at bigint not null,
    deleted_at bigint,
    primary key (job, number)
  );

  create table millrace.alias (
    job text not null,
    name text not null,
    version integer not null,
    primary key (job, name),
    foreign key (job, version) references millrace.version (job, number)
  );

  create table millrace.alias_change (
    id bigint generated always as identity primary key,
    job text not null references millrace.job,
    name text not null,
    kind text not null check (kind in ('promote', 'rollback', 'remove')),
    from_version integer,
    to_version integer,
    by text not null,
    why text not null,
    at bigint not null
  );
  create index alias_change_by_job on millrace.alias_change (job, name, id);

  create table millrace.notification (
    id uuid primary key default gen_random_uuid(),
    job text not null references millrace.job,
    run_id bigint,
    event text not null,
    -- A hash of the URL, which may be a secret, and its host.
    target text not null,
    host text not null,
    body jsonb not null,
    attempts integer not null default 0,
    sent boolean not null default false,
    given_up boolean not null default false,
    error text,
    created_at timestamptz not null default now()
  );
  create index notification_open on millrace.notification (created_at) where not sent and not given_up;
  `,
  `
  -- The queue is the runs that wait for a worker, in the order of their places.
  create sequence millrace.place;
  alter table millrace.run
    add column place bigint,
    -- When a run that has failed goes into the queue again, by the database's clock.
    add column retry_at timestamptz,
    -- A person has asked for it.
    add column is_asked boolean not null default false;
  update millrace.run set place = w.place
    from (select id, nextval('millrace.place') as place from (
      select id from millrace.run where state = 'queued' order by id) r) w
    where run.id = w.id;
  update millrace.run set retry_at = now() + backoff_ms * interval '1 ms' where backoff_ms is not null;
  update millrace.run set is_asked = true from millrace.tick t
    where t.id = tick_id and t.origin in ('trigger', 'backfill');
  drop schema if exists millrace_queue cascade;

  -- Whatever looks again and again has an index that holds what it looks for, and no more.
  create index run_queue on millrace.run (place) where state = 'queued' and backoff_ms is null;
  create index run_retry on millrace.run (retry_at) where state = 'queued' and backoff_ms is not null;
  create index run_running on millrace.run (id) where state = 'running';
  create index run_cancelled on millrace.run (id) where state in ('buffered', 'queued') and cancel_reason is not null;
  create index run_replaceable on millrace.run (job) where state = 'buffered' and not is_asked;
  create index run_decided on millrace.run (job, due_at) where state in ('succeeded', 'rejected');
  drop index millrace.run_open;
  create index run_open on millrace.run (job, state, id) where state in ('buffered', 'queued', 'running');
  drop index millrace.run_files;
  create index run_files on millrace.run (job, id)
    where not files_deleted and state in ('succeeded', 'rejected', 'skipped', 'failed', 'cancelled');
  create index run_failed_files on millrace.run (job, id) where not files_deleted and state = 'failed';
  drop index millrace.run_by_job;
  create index tick_by_time on millrace.tick (due_at desc, id desc);
  drop index millrace.tick_by_job;
  create index tick_by_job on millrace.tick (job, due_at desc, id desc);
  create index version_kept on millrace.version (job, number) where deleted_at is null;

  -- The champion and those before it that are kept, newest first.
  alter table millrace.job add column champions integer[] not null default '{}';
  do $$
  declare
    change record;
    stack integer[];
  begin
    for change in
      select job, kind, to_version as version, row_number() over (partition by job order by id) as nth
      from millrace.alias_change where name = 'champion' and to_version is not null order by job, id
    loop
      select case when change.nth = 1 then '{}' else champions end into stack from millrace.job where name = change.job;
      update millrace.job set champions = case
        when change.kind = 'rollback' and change.version = any (stack)
          then stack[array_position(stack, change.version):]
        else change.version || array_remove(stack, change.version)
      end where name = change.job;
    end loop;
  end $$;

  alter table millrace.notification add column next_at timestamptz not null default now();
  drop index millrace.notification_open;
  create index notification_open on millrace.notification (target, next_at) where not sent and not given_up;
  create index notification_over on millrace.notification (created_at) where sent or given_up;
  `,
  `
  -- Words of today: requests, and what a new model must prove is the checks.
  alter table millrace.ask rename to request;
  alter index millrace.ask_open rename to request_open;
  update millrace.job set declaration = declaration - 'gate' || jsonb_build_object('checks', declaration->'gate')
    where declaration ? 'gate';
  update millrace.alias_change set by = 'checks' where by = 'gate';
  `,
  `
  -- The share of requests that the version answers, where it is tried out beside the champion.
  alter table millrace.alias add column share double precision check (share > 0 and share <= 1);
  alter table millrace.alias_change add column share double precision;
  -- A server of models could not put a version into service.
  alter table millrace.alias_change drop constraint alias_change_kind_check;
  alter table millrace.alias_change add constraint alias_change_kind_check
    check (kind in ('promote', 'rollback', 'remove', 'refuse'));
  `,
];
