import type { Sql } from '../database/database.ts';
import type { RunQueue } from '../queue/runQueue.ts';

/** Lets the oldest buffered run of a job go to the workers, unless another is not over yet. The job's row is locked. */
export async function queueBuffered(sql: Sql, queue: RunQueue, job: string): Promise<void> {
  const [next] = await sql.query<{ id: number }>(
    `update millrace.run set state = 'queued'
     where id = (select min(id) from millrace.run where job = $1 and state = 'buffered')
       and not exists (select from millrace.run where job = $1 and state in ('queued', 'running'))
     returning id`,
    [job],
  );
  if (next) await queue.send(sql, next.id);
}
