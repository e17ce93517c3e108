import { databaseOperations } from '../../../src/job/operations/databaseOperations.ts';
import { commitResult } from '../../../src/job/runs/commitResult.ts';
import { leaseRun } from '../../../src/job/runs/lease.ts';
import { answerRequests, mostTicks } from '../../../src/job/scheduler/answerRequests.ts';
import { declareJob } from '../../../src/job/scheduler/declareJob.ts';
import { fireDue } from '../../../src/job/scheduler/fireDue.ts';
import { every, type JobOptions } from '../../../src/jobs.ts';
import { assertConsistent } from '../assertConsistent.ts';
import { onEachDatabase, type Place } from '../databases.ts';
import { handClock } from '../handClock.ts';
import { tinyJob } from '../jobFile.ts';

const hour = 3_600_000;
const who = { job: 'tiny', by: 'ann', why: 'to see' };

/** A job that is due every hour, and somebody who asks; the scheduler answers when it is told to. */
async function benchOn(place: Place, options: Partial<JobOptions> = {}) {
  const clock = handClock();
  const database = await place.open();
  const ledger = { database, clock };
  const declaredWith = (own: Partial<JobOptions>) => ({
    job: tinyJob({ schedule: every({ hours: 1 }), ...options, ...own }),
    file: 'tiny.ts',
  });
  let declared = declaredWith({});
  await declareJob(ledger, declared);
  const operations = databaseOperations({ database, home: place.home, clock, timeoutMs: 2000 });
  return {
    database,
    operations,
    async declare(own: Partial<JobOptions>) {
      declared = declaredWith(own);
      await declareJob(ledger, declared);
    },
    async at(hours: number) {
      clock.set(hours * hour);
      await fireDue(ledger, declared);
    },
    async answered<T>(asking: Promise<T>): Promise<T> {
      let isOver = false;
      const result = asking.finally(() => {
        isOver = true;
      });
      while (!isOver) {
        await answerRequests(ledger, new Map([['tiny', declared]]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      return result;
    },
    /** Leases every run that waits, and ends it. @returns their due times and watermarks, in hours */
    async drain() {
      const seen: (number | null)[][] = [];
      for (;;) {
        const lease = await leaseRun(ledger, 'test');
        if (typeof lease !== 'object') return seen;
        seen.push([lease.dueAt / hour, lease.watermark]);
        const result = { kind: 'tooFewRows', newRows: 0, minRows: 1 } as const;
        await commitResult(ledger, lease, result, { folder: '', codeVersion: '' });
      }
    },
    async ticks() {
      const all = await operations.runs({ job: 'tiny', limit: 100 });
      return all.map(({ dueAt, origin, state, cause, reason }) => [dueAt / hour, origin, state, cause ?? reason]);
    },
  };
}

onEachDatabase(
  'what is asked for now runs now, or after the run that is not over, whatever the policy',
  async (t, place) => {
    const { at, operations, answered, database, ticks, drain } = await benchOn(place, { overlap: 'skip' });
    await at(1.5);
    t.deepEqual(await answered(operations.trigger(who)), {
      kind: 'trigger',
      admitted: { kind: 'run', id: 2, state: 'buffered' },
    });
    t.deepEqual(await ticks(), [
      [1.5, 'trigger', 'waiting', 'by ann: to see'],
      [1, 'schedule', 'waiting', null],
    ]);
    await at(2);
    t.deepEqual((await ticks())[0], [2, 'schedule', 'skipped', 'run 1 is not over']);
    t.deepEqual(await drain(), [
      [1, null],
      [1.5, null],
    ]);
    await assertConsistent(t, database, { home: place.home });
  },
);

onEachDatabase(
  'what is asked for waits where the next tick takes the place of the one that waits',
  async (t, place) => {
    const { at, operations, answered, ticks, drain } = await benchOn(place, { overlap: 'bufferOne' });
    await at(1.5);
    await answered(operations.trigger(who));
    await at(2);
    await at(3);
    t.deepEqual(await ticks(), [
      [3, 'schedule', 'waiting', null],
      [2, 'schedule', 'skipped', 'cancelled: the tick of 1970-01-01T03:00:00Z takes its place'],
      [1.5, 'trigger', 'waiting', 'by ann: to see'],
      [1, 'schedule', 'waiting', null],
    ]);
    t.deepEqual(
      (await drain()).map(([dueAt]) => dueAt),
      [1, 1.5, 3],
    );
  },
);

onEachDatabase('a backfill runs one after the other what has not run, oldest first', async (t, place) => {
  const { at, operations, answered, drain, database } = await benchOn(place, { catchUp: { run: 'latest' } });
  await at(5.5);
  t.deepEqual(await drain(), [[5, null]]);
  const asked = { ...who, since: 2 * hour, until: 9 * hour, again: false };
  // Not those of the future, nor the one that was skipped for too few rows: that may have other rows by now.
  t.deepEqual(await answered(operations.backfill(asked)), { kind: 'backfill', runs: 4, known: 0 });
  t.deepEqual(await answered(operations.backfill(asked)), { kind: 'backfill', runs: 0, known: 4 });
  t.deepEqual(await answered(operations.backfill({ ...asked, again: true })), { kind: 'backfill', runs: 4, known: 0 });
  t.deepEqual(
    (await drain()).map(([dueAt]) => dueAt),
    [2, 3, 4, 5, 2, 3, 4, 5],
  );
  await assertConsistent(t, database, { home: place.home });
});

onEachDatabase('a backfill of nothing, or of too much, or backwards, is refused', async (t, place) => {
  const { at, operations, answered } = await benchOn(place);
  await at(1);
  const asked = { ...who, again: false };
  t.deepEqual(await answered(operations.backfill({ ...asked, since: 10, until: 20 })), {
    kind: 'refused',
    reason: 'nothing is due in that range (every hour)',
  });
  t.deepEqual(await answered(operations.backfill({ ...asked, since: -20_000 * hour, until: 0 })), {
    kind: 'refused',
    reason: `more than ${mostTicks} times are due in that range`,
  });
  await t.throwsAsync(operations.backfill({ ...asked, since: 2, until: 1 }), { name: 'OptionError' });
});

onEachDatabase('ticks of a paused job are skipped and say why, seen in time or late', async (t, place) => {
  const { at, operations, ticks, drain } = await benchOn(place, { catchUp: { run: 'all' } });
  await at(0.5);
  await operations.pause(who);
  await at(1);
  await at(2.5);
  await operations.resume(who);
  await at(3);
  t.deepEqual(await ticks(), [
    [3, 'schedule', 'waiting', null],
    [2, 'schedule', 'skipped', 'paused by ann: to see'],
    [1, 'schedule', 'skipped', 'paused by ann: to see'],
  ]);
  await drain();
  await operations.pause({ ...who, why: '' });
  await operations.pause({ ...who, by: 'bob' });
  t.like((await operations.jobs())[0].paused, { by: 'ann', why: '' });
});

onEachDatabase(
  'a job that is declared anew is due by the new schedule from then on, and keeps the rest',
  async (t, place) => {
    const { at, ticks, declare, database, operations } = await benchOn(place, {
      catchUp: { run: 'all' },
      overlap: 'allowAll',
    });
    await at(2);
    await declare({ schedule: every({ hours: 1 }), keep: 9 });
    await at(3);
    // The hour at which it is another is not due under the new one.
    await declare({ schedule: every({ hours: 2 }) });
    await at(8);
    t.deepEqual(
      (await ticks()).map(([dueAt]) => dueAt),
      [8, 6, 4, 3, 2, 1],
    );
    t.is((await operations.jobs())[0].declaration.schedule, 'every 2 hours');
    await database.query(
      `insert into millrace.probe (job, kind, next_at, error) values ('tiny', 'drift', 0, 'no rows')`,
    );
    t.is((await operations.jobs())[0].error, 'no rows');
    await declare({ schedule: every({ hours: 2 }) });
    t.is((await operations.jobs())[0].error, null);
  },
);
