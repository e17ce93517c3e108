import type { Run } from '../../types.ts';
import { createPatience } from '../clock/patience.ts';
import { cancelRun } from '../ledger/cancelRun.ts';
import type { DeclaredJob } from '../ledger/declareJob.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { forgetSent } from '../notify/forgetSent.ts';
import { sendNotifications } from '../notify/sendNotifications.ts';
import { checkChampions } from '../registry/checkChampions.ts';
import { deleteFiles } from '../registry/deleteFiles.ts';
import { repairPointers } from '../registry/pointers.ts';
import { takeAway } from '../worker/takeAway.ts';

export interface CaretakerOptions {
  readonly ledger: Ledger;
  readonly home: string;
  readonly jobs: readonly DeclaredJob[];
  readonly leaseMs: number;
  /**
   * After so long a run that nobody has taken is sent to the queue again where it is not in it: it has been lost.
   * @default 30000
   */
  readonly resendMs?: number;
  readonly log: Run['log'];
}

/** Takes care of what others have left, again and again. Each thing it does may be done by any number of caretakers at once. */
export interface Caretaker {
  /** Looks once; does not reject. Call it every second or so. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

const filesMs = 10_000;
const championsMs = 600_000;

interface OpenRun {
  readonly id: number;
  readonly job: string;
  readonly state: 'buffered' | 'queued' | 'running';
  readonly fence: number;
  readonly beat: number;
  readonly attempt: number;
  readonly backoffMs: number | null;
  readonly isCancelled: boolean;
}

export function createCaretaker({ ledger, home, jobs, leaseMs, resendMs = 30_000, log }: CaretakerOptions): Caretaker {
  const { database, queue } = ledger;
  const patience = createPatience({ pauseMs: Math.max(leaseMs / 2, 5000) });
  const notifications = sendNotifications({ database, patience, jobs, log });
  const names = jobs.map(({ job }) => job.name);
  let filesAt = -Infinity;
  let championsAt = -Infinity;

  async function lookAtRuns(): Promise<void> {
    const runs = await database.query<OpenRun>(
      `select id, job, state, fence, beat, attempt, backoff_ms as "backoffMs", cancel_reason is not null as "isCancelled"
       from millrace.run where state in ('queued', 'running') or (state = 'buffered' and cancel_reason is not null)`,
    );
    const untaken: OpenRun[] = [];
    for (const run of runs) {
      const { id, job, state, fence, beat, attempt, backoffMs, isCancelled } = run;
      if (isCancelled && state !== 'running') {
        await database.transaction(async (sql) => {
          await sql.query(`select from millrace.job where name = $1 for update`, [job]);
          await cancelRun(sql, ledger, id, '');
        });
      } else if (state === 'running') {
        if (!patience.isOver(`lease ${id} ${fence} ${beat}`, leaseMs)) continue;
        if (await takeAway(ledger, run))
          log('warn', `run ${id} of ${job}: its worker is not heard of, another goes on`);
      } else if (backoffMs !== null) {
        if (patience.isOver(`backoff ${id} ${attempt}`, backoffMs)) await retry(id, attempt);
      } else if (patience.isOver(`queued ${id} ${fence}`, resendMs)) {
        patience.forget(`queued ${id} ${fence}`);
        untaken.push(run);
      }
    }
    if (untaken.length > 0) await resendLost(untaken);
  }

  /** Thousands may wait for their turn: what is in the queue is asked for once. */
  async function resendLost(runs: readonly OpenRun[]): Promise<void> {
    const held = await queue.held();
    for (const { id, job } of runs) {
      if (held.has(id)) continue;
      await database.transaction((sql) => queue.send(sql, id));
      log('warn', `run ${id} of ${job} is not in the queue any more, and is sent again`);
    }
  }

  function retry(id: number, attempt: number): Promise<void> {
    return database.transaction(async (sql) => {
      const [due] = await sql.query(
        `update millrace.run set backoff_ms = null
         where id = $1 and attempt = $2 and state = 'queued' and backoff_ms is not null returning id`,
        [id, attempt],
      );
      if (due) await queue.send(sql, id);
    });
  }

  async function lookAtFiles(): Promise<void> {
    const now = performance.now();
    if (now - filesAt < filesMs) return;
    filesAt = now;
    await repairPointers(database, home, names);
    await deleteFiles(database, home);
    if (now - championsAt < championsMs) return;
    championsAt = now;
    await forgetSent(database);
    for (const name of names) await checkChampions(ledger, home, name, log);
  }

  async function attempt(what: string, action: () => Promise<void>): Promise<void> {
    await action().catch((error) => log('warn', `${what}: ${error.message}`));
  }

  return {
    async look() {
      await attempt('the open runs cannot be looked after', lookAtRuns);
      await attempt('the files cannot be looked after', lookAtFiles);
      await attempt('nobody can be notified', notifications.look);
    },
    stop: notifications.stop,
  };
}
