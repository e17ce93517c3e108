import type { ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../types.ts';
import { openDatabase } from '../database/openDatabase.ts';
import { type DeclaredJob, declareJob } from '../ledger/declareJob.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { nextDue } from '../ledger/nextDue.ts';
import { noteUnusable, type UnusableFile } from '../ledger/noteUnusable.ts';
import { shownTime } from '../ledger/shownTime.ts';
import { databaseOperations } from '../operations/databaseOperations.ts';
import { runQueue } from '../queue/runQueue.ts';
import { startScheduler } from '../scheduler/scheduler.ts';
import type { Clock } from '../types.ts';
import { takeAwayAll } from '../worker/takeAwayAll.ts';
import { startWorker } from '../worker/worker.ts';
import { codeVersion } from './codeVersion.ts';
import { serveOperations } from './loopback.ts';
import { watchdog } from './watchdog.ts';
import { whileLocked } from './whileLocked.ts';

export interface DaemonOptions {
  readonly home: string;
  /** Of a server; the embedded database where there is none. */
  readonly url: string | undefined;
  /** Jobs that this process schedules; none for a process that only trains. */
  readonly jobs: readonly DeclaredJob[];
  /** Files that are not to be scheduled until they are mended, which is noted at their jobs. */
  readonly unusable?: readonly UnusableFile[];
  readonly clock: Clock;
  /** Trainings at a time; 0 for a process that only schedules. */
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly fork: () => ChildProcess;
  /**
   * How long the embedded database may stand still before the process ends itself, in milliseconds.
   * @default 60_000
   */
  readonly answerMs?: number;
  /** Ends it when the clock is there and all runs are over; never by itself where absent. */
  readonly until?: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly log: Run['log'];
}

/** Why the embedded database stands still, as far as is known. */
const noAnswer =
  'does not answer any more: is its disk full? The process ends. Start it again when there is space, nothing is lost.';

/** How long trainings may take to write a checkpoint when the process is to end, and how long all of it may take. */
const graceMs = 7000;
const endMs = 9500;

/**
 * Schedules jobs and trains their runs until the signal is given; then takes no more work, lets trainings write a checkpoint, and gives their
 * runs back. Settled within ten seconds after the signal.
 *
 * @throws CheckpointError where another process has the embedded database
 */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  const { url, jobs, unusable = [], clock, until, concurrency, leaseMs, fork, signal, log } = options;
  const home = resolve(options.home);
  const database = await whileLocked(() => openDatabase(home, url));
  const closing: (() => Promise<unknown>)[] = [() => database.close()];
  try {
    const queue = await runQueue(database, (error) => log('warn', `the queue: ${error.message}`));
    closing.unshift(() => queue.close());
    const ledger: Ledger = { database, queue, clock };
    for (const each of jobs) {
      await declareJob(ledger, each);
      const { name, schedule } = each.job;
      const next = nextDue(each.job, clock.now());
      log('info', `${name}: ${schedule.text}${next === null ? '' : `, due next at ${shownTime(next)}`}`);
    }
    for (const each of unusable) await noteUnusable(database, each);
    if (database.kind === 'embedded') {
      closing.push(watchdog(options.answerMs ?? 60_000, `millrace: ${database.name} ${noAnswer}`));
      // The folder is this process's: whoever had runs there is dead.
      await takeAwayAll(ledger);
    }

    const common = { ledger, home, leaseMs, log };
    const worker =
      concurrency > 0 ? startWorker({ ...common, concurrency, fork, codeVersion: await codeVersion() }) : undefined;
    const scheduler = jobs.length > 0 ? startScheduler({ ...common, jobs, until, fork }) : undefined;
    closing.unshift(() => Promise.all([scheduler?.stop(), worker?.stop(graceMs)]));
    const unlisten = await database.listen((notice) => {
      if (notice !== 'ask') worker?.wake();
      if (notice !== 'work') scheduler?.wake();
    });
    closing.unshift(unlisten);
    if (database.kind === 'embedded') {
      closing.unshift(await serveOperations(home, databaseOperations({ database, home, clock })));
    }
    log('info', `jobs: ${jobs.length}, trainings at a time: ${concurrency}, database: ${database.name}`);
    await Promise.race([untilAborted(signal), ...(scheduler ? [scheduler.over] : [])]);
    log('info', 'ending');
  } finally {
    const late = new AbortController();
    const closed = (async () => {
      for (const close of closing) {
        await close().catch((error) => log('warn', error instanceof Error ? error.message : `${error}`));
      }
    })();
    await Promise.race([closed, setTimeout(endMs, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
