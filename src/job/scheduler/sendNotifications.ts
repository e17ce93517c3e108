import { createHmac } from 'node:crypto';
import type { Run } from '../../sink/types.ts';
import { type DeclaredJob, notifyTarget } from '../declare/declaration.ts';
import type { Database } from '../store/database.ts';
import { type Notification, saveNotSent, saveSent, takeNotifications } from '../store/notificationTable.ts';
import type { Notifier } from '../types.ts';

export interface SendOptions {
  readonly database: Database;
  readonly jobs: readonly DeclaredJob[];
  readonly log: Run['log'];
  /** Called when one has been sent, or was not heard: what waits for its turn may be next. */
  ended(): void;
}

/** Attempts of a notification: the last comes after about a day. */
const mostAttempts = 30;
const firstMs = 1000;
/** The longest wait between two of them. */
export const longestMs = 3_600_000;
const timeoutMs = 10_000;
/** Requests at a time. */
const mostAtOnce = 10;

/**
 * Sends what is to be told, at least once: a body is sent again until it was answered with success, each time a little later, by whichever
 * scheduler knows the URL. Its `id` is the same each time.
 */
export function sendNotifications({ database, jobs, log, ended }: SendOptions) {
  const notifiers = new Map<string, Notifier>();
  for (const { job } of jobs) for (const each of job.notify) notifiers.set(notifyTarget(each).target, each);
  const stopping = new AbortController();
  const sending = new Set<Promise<void>>();

  /** Begins with what is due, of each target in turn, as much as may be sent at once. */
  async function poll(): Promise<void> {
    const count = mostAtOnce - sending.size;
    if (notifiers.size === 0 || count <= 0) return;
    // Of several schedulers each takes others. What one takes that then dies is due again after twice the time that an attempt may last.
    const own = await takeNotifications(database, [...notifiers.keys()], { limit: count, againMs: 2 * timeoutMs });
    for (const each of own) {
      const sent = send(each, notifiers.get(each.target)!)
        .catch((error) => log('warn', `a notification could not be noted: ${error.message}`))
        .finally(() => {
          sending.delete(sent);
          ended();
        });
      sending.add(sent);
    }
  }

  async function send({ id, host, body, attempts }: Notification, { url, secret }: Notifier): Promise<void> {
    const text = JSON.stringify({ id, ...body });
    const error = await post(url, text, id, secret);
    if (error === undefined) {
      await saveSent(database, id);
      return;
    }
    const isLast = attempts >= mostAttempts;
    log(isLast ? 'error' : 'warn', `${host} was not notified${isLast ? ', and will not be' : ''}: ${error}`);
    const waitMs = Math.min(firstMs * 2 ** (attempts - 1), longestMs);
    await saveNotSent(database, id, { error, isLast, waitMs });
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
    poll,
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
