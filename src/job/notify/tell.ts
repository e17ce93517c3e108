import type { Json } from '../../types.ts';
import type { Sql } from '../database/database.ts';

/** What those who want to know of a job are told. */
export interface Telling {
  readonly job: string;
  readonly run?: number;
  /** How a run ended, or `missed`, `alert`, `promote`, `rollback`. */
  readonly event: string;
  readonly at: number;
  /** One line for people. */
  readonly text: string;
  readonly details?: Readonly<Record<string, Json>>;
}

/** Enters what is to be told, once for each notifier of the job; it is sent after the transaction was committed, and only then. */
export async function tell(sql: Sql, { job, run, event, at, text, details }: Telling): Promise<void> {
  const body = { event, job, run: run ?? null, at: new Date(at).toISOString(), text, ...details };
  await sql.query(
    `insert into millrace.notification (job, run_id, event, target, host, body)
     select name, $2, $3, each->>'target', each->>'host', $4
     from millrace.job, jsonb_array_elements(declaration->'notify') each where name = $1`,
    [job, run ?? null, event, JSON.stringify(body)],
  );
}
