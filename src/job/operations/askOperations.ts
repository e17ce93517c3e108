import { setTimeout } from 'node:timers/promises';
import { OptionError } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import { notify } from '../database/notify.ts';
import type { Answer } from '../ledger/answerAsks.ts';
import { shownTime } from '../ledger/shownTime.ts';
import type { Clock } from '../types.ts';
import { findJob } from './findJob.ts';
import type { Operations, Who } from './operations.ts';

export interface AskContext {
  readonly database: Database;
  readonly clock: Clock;
  /** How long a scheduler may take to answer, in milliseconds. */
  readonly patienceMs: number;
}

type Asking = Pick<Operations, 'trigger' | 'backfill' | 'pause' | 'resume' | 'cancel'>;

/** What people ask of schedulers and workers. Only a scheduler knows when a job is due. */
export function askOperations({ database, clock, patienceMs }: AskContext): Asking {
  async function ask(kind: Answer['kind'], { job, by, why }: Who, since: number, until: number, again: boolean) {
    await findJob(database, job);
    const [{ id }] = await database.query<{ id: number }>(
      `insert into millrace.ask (job, kind, since, until, again, by, why) values ($1, $2, $3, $4, $5, $6, $7) returning id`,
      [job, kind, since, until, again, by, why],
    );
    await notify(database, 'ask');
    const end = performance.now() + patienceMs;
    for (let pauseMs = 5; performance.now() < end; pauseMs = Math.min(2 * pauseMs, 200)) {
      await setTimeout(pauseMs);
      const [{ answer }] = await database.query<{ answer: Answer | null }>(
        `select answer from millrace.ask where id = $1`,
        [id],
      );
      if (answer) return answer;
    }
    return null;
  }

  return {
    trigger: (who) => ask('trigger', who, clock.now(), clock.now(), false),
    async backfill({ since, until, again, ...who }) {
      if (since <= until) return ask('backfill', who, since, until, again);
      throw new OptionError({
        where: 'backfill',
        expected: `a time after ${shownTime(since)}`,
        received: shownTime(until),
      });
    },
    async pause({ job, by, why }) {
      await findJob(database, job);
      await database.query(
        `insert into millrace.pause (job, since, by, why) values ($1, $2, $3, $4) on conflict do nothing`,
        [job, clock.now(), by, why],
      );
    },
    async resume({ job }) {
      await findJob(database, job);
      await database.query(`update millrace.pause set until = $2 where job = $1 and until is null`, [job, clock.now()]);
    },
    async cancel({ id, by, why }) {
      const reason = `by ${by}${why ? `: ${why}` : ''}`;
      const open = await database.query(
        `update millrace.run set cancel_reason = coalesce(cancel_reason, $2)
         where id = $1 and state in ('buffered', 'queued', 'running') returning id`,
        [id, reason],
      );
      if (open.length === 0) {
        throw new OptionError({ where: 'cancel', expected: 'a run that is not over', received: `${id}` });
      }
      await notify(database, 'work');
      await notify(database, 'ask');
    },
  };
}
