/**
 * The tables, in a schema of their own, as migrations: each is run once, in order, and never changed after a release. Times are
 * milliseconds since 1970 UTC, so that a simulated clock needs no other type.
 */
export const migrations: readonly string[] = [
  `
  create table millrace.job (
    name text primary key,
    file text not null,
    declaration jsonb not null,
    paused boolean not null default false,
    scheduled_until bigint not null,
    error text,
    watermark bigint,
    updated_at bigint not null
  );

  create table millrace.tick (
    id bigint generated always as identity primary key,
    job text not null references millrace.job,
    due_at bigint not null,
    origin text not null check (origin in ('schedule', 'trigger', 'backfill', 'newData', 'drift')),
    state text not null check (state in ('waiting', 'ran', 'skipped', 'missed', 'failed')),
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
    worker text,
    lease_until bigint,
    cancel_reason text,
    created_at bigint not null,
    started_at bigint,
    finished_at bigint,
    directory text not null,
    new_rows bigint,
    data_from bigint,
    data_to bigint,
    progress jsonb,
    verdict jsonb,
    error text,
    version integer
  );
  create index run_open on millrace.run (job, id) where state in ('buffered', 'queued', 'running');
  create index run_by_job on millrace.run (job, id desc);

  create table millrace.version (
    job text not null references millrace.job,
    number integer not null,
    run_id bigint not null unique references millrace.run,
    checkpoint text not null,
    sha256 text not null,
    pipeline_hash text not null,
    code_version text not null,
    fingerprint jsonb not null,
    data_from bigint,
    data_to bigint,
    scores jsonb not null,
    verdict jsonb not null,
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
    job text not null,
    name text not null,
    from_version integer,
    to_version integer,
    by text not null,
    why text not null,
    at bigint not null
  );

  create table millrace.notification (
    id uuid primary key default gen_random_uuid(),
    job text not null,
    run_id bigint,
    event text not null,
    url text not null,
    body jsonb not null,
    attempts integer not null default 0,
    next_at bigint not null,
    sent_at bigint,
    error text,
    created_at bigint not null
  );
  create index notification_due on millrace.notification (next_at) where sent_at is null;
  `,
];
