import type { Admitted } from '../types.ts';
import type { Sql } from './database.ts';

/** What a person asks a scheduler for. */
export interface OperatorRequest {
  readonly kind: 'trigger' | 'backfill';
  readonly since: number;
  readonly until: number;
  /** Also due times that have run. */
  readonly again: boolean;
  readonly by: string;
  readonly why: string;
}

/** What became of a request. */
export type Answer =
  | { readonly kind: 'trigger'; readonly admitted: Admitted }
  /** `known` times were left out: they have run, or are about to. */
  | { readonly kind: 'backfill'; readonly runs: number; readonly known: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** @returns the number of the request */
export async function insertRequest(
  sql: Sql,
  job: string,
  { kind, since, until, again, by, why }: OperatorRequest,
): Promise<number> {
  const [{ id }] = await sql.query<{ id: number }>(
    `insert into millrace.request (job, kind, since, until, again, by, why) values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [job, kind, since, until, again, by, why],
  );
  return id;
}

/** @returns null where no scheduler has answered yet */
export async function readAnswer(sql: Sql, id: number): Promise<Answer | null> {
  const [{ answer }] = await sql.query<{ answer: Answer | null }>(`select answer from millrace.request where id = $1`, [
    id,
  ]);
  return answer;
}

/** The oldest requests of some jobs that nobody has answered. */
export function readOpenRequests(
  sql: Sql,
  jobs: readonly string[],
): Promise<readonly { readonly id: number; readonly job: string }[]> {
  return sql.query<{ id: number; job: string }>(
    `select id, job from millrace.request where answer is null and job = any ($1) order by id limit 100`,
    [jobs],
  );
}

/** Locks a request. @returns undefined where somebody else has answered it */
export async function lockRequest(sql: Sql, id: number): Promise<OperatorRequest | undefined> {
  const [request] = await sql.query<OperatorRequest>(
    `select kind, since, until, again, by, why from millrace.request where id = $1 and answer is null for update`,
    [id],
  );
  return request;
}

export async function saveAnswer(sql: Sql, id: number, answer: Answer): Promise<void> {
  await sql.query(`update millrace.request set answer = $2 where id = $1`, [id, JSON.stringify(answer)]);
}
