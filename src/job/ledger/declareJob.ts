import type { Job } from '../types.ts';
import { probesOf } from './claimProbe.ts';
import { declarationOf } from './declaration.ts';
import type { Ledger } from './ledger.ts';
import { nextDue } from './nextDue.ts';

/** A job, and the file that declares it, as training processes find it. */
export interface DeclaredJob {
  readonly job: Job;
  readonly file: string;
}

/**
 * Enters a job in the ledger, or its newest declaration. Times are due from now on: those of a schedule that is new, or another than before,
 * were not due under it.
 */
export async function declareJob({ database, clock }: Ledger, { job, file }: DeclaredJob): Promise<void> {
  const now = clock.now();
  await database.query(
    `insert into millrace.job as old (name, file, declaration, scheduled_until, next_due, declared_at)
     values ($1, $2, $3, $4, $5, $4)
     on conflict (name) do update set
       file = excluded.file, declaration = excluded.declaration, declared_at = excluded.declared_at, error = null,
       scheduled_until = case
         when old.declaration->>'schedule' = excluded.declaration->>'schedule' then old.scheduled_until
         else greatest(old.scheduled_until, excluded.scheduled_until)
       end,
       next_due = case
         when old.declaration->>'schedule' = excluded.declaration->>'schedule' then old.next_due
         else excluded.next_due
       end`,
    [job.name, file, JSON.stringify(declarationOf(job)), now, nextDue(job, now)],
  );
  const kinds = probesOf(job).map(({ kind }) => kind);
  await database.query(`delete from millrace.probe where job = $1 and kind <> all ($2::text[])`, [job.name, kinds]);
}
