import type { Json } from '../../json.ts';
import type { Sql } from './database.ts';
import { sendNotice } from './notices.ts';

/** What happened to a job, for those who want to know. */
export interface NotificationEvent {
  readonly job: string;
  readonly run?: number;
  /** How a run ended, or `missed`, `alert`, `promote`, `rollback`. */
  readonly event: string;
  readonly at: number;
  /** One line for people. */
  readonly text: string;
  readonly details?: Readonly<Record<string, Json>>;
}

/** Queues a notification for each notifier of the job; they are sent after the transaction was committed, and only then. */
export async function queueNotification(
  sql: Sql,
  { job, run, event, at, text, details }: NotificationEvent,
): Promise<void> {
  const body = { event, job, run: run ?? null, at: new Date(at).toISOString(), text, ...details };
  const [queued] = await sql.query(
    `insert into millrace.notification (job, run_id, event, target, host, body)
     select name, $2, $3, each->>'target', each->>'host', $4
     from millrace.job, jsonb_array_elements(declaration->'notify') each where name = $1
     returning id`,
    [job, run ?? null, event, JSON.stringify(body)],
  );
  if (queued) await sendNotice(sql, 'notification');
}

export interface Notification {
  readonly id: string;
  readonly target: string;
  readonly host: string;
  readonly body: Readonly<Record<string, Json>>;
  /** With this one. */
  readonly attempts: number;
}

/**
 * Takes notifications that are due, of each target in turn, so that no other scheduler does. What is taken is due again after a while, unless
 * it is sent by then.
 */
export function takeNotifications(
  sql: Sql,
  targets: readonly string[],
  { limit, againMs }: { readonly limit: number; readonly againMs: number },
): Promise<readonly Notification[]> {
  return sql.query<Notification>(
    `update millrace.notification set attempts = attempts + 1, error = null, next_at = now() + $3 * interval '1 ms'
     where id = any (array(
       select due.id from unnest($1::text[]) known (target), lateral (
         select id, row_number() over (order by next_at) as nth from (
           select id, next_at from millrace.notification n
           where n.target = known.target and not sent and not given_up and next_at <= now()
           order by next_at limit $2 for update skip locked
         ) oldest
       ) due order by nth limit $2
     ))
     returning id, target, host, body, attempts`,
    [targets, limit, againMs],
  );
}

export async function saveSent(sql: Sql, id: string): Promise<void> {
  await sql.query(`update millrace.notification set sent = true, error = null where id = $1`, [id]);
}

/** Notes why a notification could not be sent, and when it is due again, unless it is given up. */
export async function saveNotSent(
  sql: Sql,
  id: string,
  { error, isLast, waitMs }: { readonly error: string; readonly isLast: boolean; readonly waitMs: number },
): Promise<void> {
  await sql.query(
    `update millrace.notification set error = $2, given_up = $3, next_at = now() + $4 * interval '1 ms' where id = $1`,
    [id, error, isLast, waitMs],
  );
}

/** Deletes notifications that were sent, or given up, more than thirty days ago. */
export async function deleteOldNotifications(sql: Sql): Promise<void> {
  await sql.query(
    `delete from millrace.notification where (sent or given_up) and created_at < now() - interval '30 days'`,
  );
}

/** Lets no notification wait for longer than so: the database's clock may have been set back. */
export async function capNotificationWaits(sql: Sql, longestMs: number): Promise<void> {
  await sql.query(
    `update millrace.notification set next_at = now() + ${longestMs} * interval '1 ms'
     where not sent and not given_up and next_at > now() + ${longestMs} * interval '1 ms'`,
  );
}
