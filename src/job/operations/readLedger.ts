import { OptionError } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import { runFolder } from '../registry/runFolder.ts';
import { findJob } from './findJob.ts';
import type { JobView, Operations, RunView, TickView } from './operations.ts';

/** What is read of jobs, ticks and runs. */
export function readLedger(database: Database): Pick<Operations, 'jobs' | 'runs' | 'run'> {
  return {
    jobs: () =>
      database.query<JobView>(
        `select name, file, declaration, watermark,
           coalesce(next_due, (select next_at from millrace.probe p where p.job = j.name and kind = 'newData')) as "nextDue",
           coalesce(error, (select min(p.error) from millrace.probe p where p.job = j.name)) as error,
           (select jsonb_build_object('since', since, 'by', by, 'why', why) from millrace.pause p
            where p.job = j.name and until is null) as paused,
           (select version from millrace.alias a where a.job = j.name and a.name = 'champion') as champion,
           (select count(*) from millrace.run r
            where r.job = j.name and state in ('buffered', 'queued', 'running')) as open,
           (select jsonb_build_object('dueAt', due_at, 'state', state, 'reason', reason) from millrace.tick t
            where t.job = j.name order by due_at desc, id desc limit 1) as last
         from millrace.job j order by name`,
      ),
    async runs({ job, limit }) {
      if (job !== null) await findJob(database, job);
      return database.query<TickView>(
        `select t.id, t.job, t.due_at as "dueAt", origin, t.state, cause, reason, r.id as run, r.state as "runState",
           r.started_at as "startedAt", r.finished_at as "finishedAt", progress, version
         from millrace.tick t left join millrace.run r on r.tick_id = t.id
         where $1::text is null or t.job = $1 order by t.due_at desc, t.id desc limit $2`,
        [job, limit],
      );
    },
    async run({ id }) {
      const [run] = await database.query<Omit<RunView, 'directory'>>(
        `select r.id, r.job, tick_id as "tickId", r.due_at as "dueAt", r.state, attempt, fence, worker,
           (extract(epoch from heartbeat_at) * 1000)::bigint as "heartbeatAt", cancel_reason as "cancelReason",
           r.created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt", new_rows as "newRows",
           data_from as "dataFrom", data_to as "dataTo", progress, verdict, error, version,
           files_deleted as "areFilesDeleted",
           jsonb_build_object('origin', t.origin, 'state', t.state, 'cause', t.cause, 'reason', t.reason) as tick
         from millrace.run r join millrace.tick t on t.id = r.tick_id where r.id = $1`,
        [id],
      );
      if (run) return { ...run, directory: runFolder(run.job, id) };
      throw new OptionError({
        where: 'run',
        expected: 'the number of a run',
        received: `${id}`,
        hint: 'millrace runs lists them',
      });
    },
  };
}
