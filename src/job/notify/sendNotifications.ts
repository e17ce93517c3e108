import { createHmac } from 'node:crypto';
import type { Json, Run } from '../../types.ts';
import type { Patience } from '../clock/patience.ts';
import type { Database } from '../database/database.ts';
import { notifyTarget } from '../ledger/declaration.ts';
import type { DeclaredJob } from '../ledger/declareJob.ts';
import type { Notifier } from '../types.ts';

export interface SendOptions {
  readonly database: Database;
  readonly patience: Patience;
  readonly jobs: readonly DeclaredJob[];
  readonly log: Run['log'];
}

interface Notification {
  readonly id: string;
  readonly target: string;
  readonly host: string;
  readonly body: Readonly<Record<string, Json>>;
  readonly attempts: number;
  /** Of the last attempt; null while nobody knows what becomes of it. */
  readonly error: string | null;
}

/** Attempts of a notification: the last comes after about a day. */
const mostAttempts = 30;
const firstMs = 1000;
const longestMs = 3_600_000;
const timeoutMs = 10_000;
/** Requests at a time. */
const mostAtOnce = 10;

/**
 * Sends what is to be told, at least once: a body is sent again until it was answered with success, each time a little later, by whichever
 * scheduler knows the URL. Its `id` is the same each time.
 */
export function sendNotifications({ database, patience, jobs, log }: SendOptions) {
  const notifiers = new Map<string, Notifier>();
  for (const { job } of jobs) for (const each of job.notify) notifiers.set(notifyTarget(each).target, each);
  const stopping = new AbortController();
  const sending = new Set<Promise<void>>();

  async function look(): Promise<void> {
    if (notifiers.size === 0) return;
    const open = await database.query<Notification>(
      `select id, target, host, body, attempts, error from millrace.notification
       where not sent and not given_up and target = any ($1) order by created_at limit 100`,
      [[...notifiers.keys()]],
    );
    for (const each of open) {
      if (sending.size >= mostAtOnce) return;
      const { id, attempts, error } = each;
      if (!patience.isOver(`notification ${id} ${attempts} ${error === null}`, waitMs(each))) continue;
      // Of several schedulers one counts the attempt up. One that dies now leaves it to the next attempt.
      const [own] = await database.query(
        `update millrace.notification set attempts = attempts + 1, error = null where id = $1 and attempts = $2 and not sent returning id`,
        [id, attempts],
      );
      if (!own) continue;
      const sent = send(each, notifiers.get(each.target)!)
        .catch((error) => log('warn', `a notification could not be noted: ${error.message}`))
        .finally(() => sending.delete(sent));
      sending.add(sent);
    }
  }

  /** One that is under way is left to its sender, who may have died. */
  function waitMs({ attempts, error }: Notification): number {
    if (attempts === 0) return 0;
    return error === null ? 2 * timeoutMs : Math.min(firstMs * 2 ** (attempts - 1), longestMs);
  }

  async function send({ id, host, body, attempts }: Notification, { url, secret }: Notifier): Promise<void> {
    const text = JSON.stringify({ id, ...body });
    const error = await post(url, text, id, secret);
    if (error === undefined) {
      await database.query(`update millrace.notification set sent = true, error = null where id = $1`, [id]);
      return;
    }
    const isLast = attempts + 1 >= mostAttempts;
    log(isLast ? 'error' : 'warn', `${host} was not notified${isLast ? ', and will not be' : ''}: ${error}`);
    await database.query(`update millrace.notification set error = $2, given_up = $3 where id = $1`, [
      id,
      error,
      isLast,
    ]);
  }

  async function post(url: string, body: string, id: string, secret?: string): Promise<string | undefined> {
    const signature = secret === undefined ? undefined : createHmac('sha256', secret).update(body).digest('hex');
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'millrace',
          'millrace-id': id,
          ...(signature !== undefined && { 'millrace-signature': `sha256=${signature}` }),
        },
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stopping.signal]),
      });
      await answer.body?.cancel();
      return answer.ok ? undefined : `it answered ${answer.status}`;
    } catch (error) {
      const { message, cause } = error as Error;
      return cause instanceof Error ? cause.message : message;
    }
  }

  return {
    look,
    /** Resolves when nothing is under way. */
    async idle() {
      await Promise.all(sending);
    },
    async stop() {
      stopping.abort();
      await Promise.all(sending);
    },
  };
}
