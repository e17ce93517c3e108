import { setTimeout } from 'node:timers/promises';
import { OptionError } from '../../errors.ts';
import { shownTime } from '../../format/times.ts';
import type { Database } from '../store/database.ts';
import { sendNotice } from '../store/notices.ts';
import { beginPause, endPause } from '../store/pauseTable.ts';
import { insertRequest, type OperatorRequest, readAnswer } from '../store/requestTable.ts';
import { saveCancelReason } from '../store/runTable.ts';
import type { Clock } from '../types.ts';
import { findJob } from './findJob.ts';
import type { Operations, Requester } from './operations.ts';

export interface RequestContext {
  readonly database: Database;
  readonly clock: Clock;
  /** How long a scheduler may take to answer, in milliseconds. */
  readonly timeoutMs: number;
}

type RequestOperations = Pick<Operations, 'trigger' | 'backfill' | 'pause' | 'resume' | 'cancel'>;

/** What people ask of schedulers and workers. Only a scheduler knows when a job is due. */
export function requestOperations({ database, clock, timeoutMs }: RequestContext): RequestOperations {
  async function submit(
    kind: OperatorRequest['kind'],
    { job, by, why }: Requester,
    since: number,
    until: number,
    again: boolean,
  ) {
    await findJob(database, job);
    const id = await insertRequest(database, job, { kind, since, until, again, by, why });
    await sendNotice(database, 'request');
    const end = performance.now() + timeoutMs;
    for (let pauseMs = 5; performance.now() < end; pauseMs = Math.min(2 * pauseMs, 200)) {
      await setTimeout(pauseMs);
      const answer = await readAnswer(database, id);
      if (answer) return answer;
    }
    return null;
  }

  return {
    trigger: (who) => submit('trigger', who, clock.now(), clock.now(), false),
    async backfill({ since, until, again, ...who }) {
      if (since <= until) return submit('backfill', who, since, until, again);
      throw new OptionError({
        where: 'backfill',
        expected: `a time after ${shownTime(since)}`,
        received: shownTime(until),
      });
    },
    async pause({ job, by, why }) {
      await findJob(database, job);
      await beginPause(database, job, { since: clock.now(), by, why });
    },
    async resume({ job }) {
      await findJob(database, job);
      await endPause(database, job, clock.now());
    },
    async cancel({ id, by, why }) {
      const reason = `by ${by}${why ? `: ${why}` : ''}`;
      if (!(await saveCancelReason(database, id, reason))) {
        throw new OptionError({ where: 'cancel', expected: 'a run that is not over', received: `${id}` });
      }
      await sendNotice(database, 'stop');
      await sendNotice(database, 'request');
    },
  };
}
