import type { ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../sink/types.ts';
import { createWakeUp } from '../clock/wakeUp.ts';
import type { DeclaredJob } from '../declare/declaration.ts';
import { checkChampions } from '../registry/checkChampions.ts';
import { deleteFiles } from '../registry/deleteFiles.ts';
import { deleteLogs } from '../registry/deleteLogs.ts';
import { repairPointers } from '../registry/pointers.ts';
import type { Ledger, Notice } from '../store/database.ts';
import { deleteOldNotifications } from '../store/notificationTable.ts';
import { hasOpenRuns } from '../store/runTable.ts';
import type { Clock } from '../types.ts';
import { answerRequests } from './answerRequests.ts';
import { fireDue } from './fireDue.ts';
import { createMaintenance } from './maintenance.ts';
import { createProber } from './prober.ts';
import { sendNotifications } from './sendNotifications.ts';

export interface SchedulerOptions {
  readonly ledger: Ledger;
  readonly home: string;
  readonly jobs: readonly DeclaredJob[];
  /** How long a worker may not be heard of before its runs are given to others, in milliseconds. */
  readonly leaseMs: number;
  /** By the clock: ends when it is there, and all runs are over; what is due later is not entered. @default Infinity */
  readonly until?: number;
  /** Starts a process that looks at the rows of a job. */
  readonly fork: () => ChildProcess;
  readonly log: Run['log'];
}

export interface Scheduler {
  /** Something has happened; anything may have where it is not said what. */
  wake(notice?: Notice): void;
  /** Resolves when the end is reached that was given; else never. */
  readonly over: Promise<void>;
  stop(): Promise<void>;
}

/** How often is looked for what nobody has told of; a clock that was set, and a machine that wakes up, are noticed within it. */
const lookMs = 1000;
/** Between two looks at the least, however often it is woken. */
const restMs = 50;
/** How often the files are looked at, and how often what takes longer or hardly ever changes. */
const filesMs = 10_000;
const seldomMs = 600_000;

/**
 * Enters the ticks of jobs when they are due, answers what people ask for, and takes care of what others have left. Any number of them may
 * run on one database; a tick fires once.
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const { home, jobs, leaseMs, until = Infinity, fork, log } = options;
  const { database } = options.ledger;
  const clock = stoppingClock(options.ledger.clock, until);
  const ledger: Ledger = { ...options.ledger, clock };
  const declared = new Map(jobs.map((each) => [each.job.name, each]));
  const due = new Map<string, number>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const [wakeUp, requestWakeUp, notificationWakeUp] = [createWakeUp(), createWakeUp(), createWakeUp()];
  const maintenance = createMaintenance({ ledger, leaseMs, log });
  const notifications = sendNotifications({ database, jobs, log, ended: notificationWakeUp.signal });
  const prober = createProber({ ledger, home, jobs, fork, log, idle: wakeUp.signal });
  const over = Promise.withResolvers<void>();

  /** Enters what is due. A job that fails does not hold up the others. */
  async function fire(): Promise<void> {
    const errors: unknown[] = [];
    for (const [name, each] of declared) {
      if (signal.aborted) return;
      if ((due.get(name) ?? -Infinity) > clock.now()) continue;
      try {
        const fired = await fireDue(ledger, each);
        due.set(name, fired.nextDue ?? Infinity);
        if (fired.ticks > 0) log('info', `${name}: ${fired.ticks} tick${fired.ticks === 1 ? '' : 's'}`);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Waits for what comes next. @returns whether nothing does, the end being reached */
  async function waitForNext(): Promise<boolean> {
    // One that is busy looks again when it is done.
    const probeAt = prober.isBusy() ? Infinity : prober.nextAt();
    const next = Math.min(...due.values(), probeAt, until);
    // A clock that stands still goes on when all that is to be done at its time has been done.
    const isEnd = clock.now() >= until;
    const isToFinish = (clock.speed === Infinity || isEnd) && (prober.isBusy() || (await hasOpenRuns(database)));
    if (next === Infinity || isToFinish) await wakeUp.wait(lookMs);
    else if (isEnd) return true;
    else if (clock.jump) clock.jump(next);
    else await wakeUp.wait(Math.max(0, Math.min((next - clock.now()) / clock.speed, lookMs)));
    return false;
  }

  async function tick(): Promise<void> {
    let errors = 0;
    while (!signal.aborted) {
      try {
        await fire();
        await prober.poll();
        errors = 0;
        if (await waitForNext()) {
          over.resolve();
          return;
        }
      } catch (error) {
        if (signal.aborted) return;
        errors++;
        log(errors === 1 ? 'error' : 'warn', `the ledger cannot be written: ${(error as Error).message}`);
        await wakeUp.wait(Math.min(100 * 2 ** errors, 5000));
      }
    }
  }

  /** Does something again and again, so often, and when it is woken. One thing that cannot be done does not hold up the others. */
  async function again(everyMs: number, action: () => Promise<void>, trouble: string, woken = createWakeUp()) {
    signal.addEventListener('abort', woken.signal);
    while (!signal.aborted) {
      await action().catch((error) => log('warn', `${trouble}: ${error.message}`));
      await setTimeout(restMs, undefined, { signal }).catch(() => {});
      await woken.wait(everyMs - restMs);
    }
  }

  async function answer(): Promise<void> {
    await answerRequests(ledger, declared);
    await maintenance.endCancelled();
  }

  async function lookAfterFiles(): Promise<void> {
    const names = [...declared.keys()];
    await repairPointers(database, home, names);
    await deleteFiles(database, home, signal);
    await deleteLogs(database, home, names);
  }

  async function lookAfterTheRest(): Promise<void> {
    await deleteOldNotifications(database);
    await maintenance.capWaits();
    for (const name of declared.keys()) if (!signal.aborted) await checkChampions(ledger, home, name, log);
  }

  const loops = Promise.all([
    tick(),
    again(lookMs, answer, 'nobody can be answered', requestWakeUp),
    again(lookMs, notifications.poll, 'nobody can be notified', notificationWakeUp),
    again(lookMs, maintenance.revokeDeadLeases, 'the leases cannot be looked after'),
    again(lookMs, maintenance.requeueFailed, 'failed runs cannot be tried again'),
    again(filesMs, lookAfterFiles, 'the files cannot be looked after'),
    again(seldomMs, lookAfterTheRest, 'the champions cannot be looked after'),
  ]);
  return {
    wake(notice) {
      if (notice === undefined || notice === 'request') requestWakeUp.signal();
      if (notice === undefined || notice === 'notification') notificationWakeUp.signal();
      // Only a clock that stands still waits for runs to be over.
      if (notice === undefined || (notice === 'over' && clock.jump)) wakeUp.signal();
    },
    over: over.promise,
    async stop() {
      stopping.abort();
      wakeUp.signal();
      await Promise.all([loops, prober.stop()]);
      await notifications.stop();
    },
  };
}

/** A clock that shows no later time than one. */
function stoppingClock(clock: Clock, until: number): Clock {
  return { ...clock, now: () => Math.min(clock.now(), until) };
}
