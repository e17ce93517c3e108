import { type ChildProcess, execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LockError } from '../../errors.ts';
import { lockDirectory } from '../../files/lockDirectory.ts';
import { shownTime } from '../../format/times.ts';
import type { Run } from '../../sink/types.ts';
import { version } from '../../version.ts';
import { nextDue } from '../declare/nextDue.ts';
import { databaseOperations } from '../operations/databaseOperations.ts';
import { revokeAllLeases } from '../runs/revokeLease.ts';
import { declareJob } from '../scheduler/declareJob.ts';
import { startScheduler } from '../scheduler/startScheduler.ts';
import type { Ledger } from '../store/database.ts';
import { saveFileError } from '../store/jobTable.ts';
import { openDatabase } from '../store/openDatabase.ts';
import type { Clock } from '../types.ts';
import { startWorker } from '../worker/startWorker.ts';
import { serveOperations } from './controlServer.ts';
import { removeDaemonState, writeDaemonState } from './daemonState.ts';
import type { LoadedJobs } from './loadJobs.ts';
import { watchdog } from './watchdog.ts';

export interface DaemonOptions {
  readonly home: string;
  /** Of a server; the embedded database where there is none. */
  readonly url: string | undefined;
  /** Gives the jobs that this process schedules; absent for a process that only trains. Where there is no job, it ends. */
  load?(): Promise<LoadedJobs>;
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

/** What was opened last is closed first. */
type Closing = (() => Promise<unknown>)[];

/**
 * Schedules jobs and trains their runs until the signal is given; then takes no more work, lets trainings write a checkpoint, and gives their
 * runs back. Settled within ten seconds after the signal, also while it starts.
 *
 * @throws LockError where another process has the embedded database
 */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  const { signal, log } = options;
  const closing: Closing = [];
  try {
    await Promise.race([run(options, closing), abortOf(signal)]);
    log('info', 'ending');
  } finally {
    const late = new AbortController();
    const closed = (async () => {
      for (const close of [...closing]) {
        await close().catch((error) => log('warn', error instanceof Error ? error.message : `${error}`));
      }
    })();
    await Promise.race([closed, setTimeout(endMs, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
  }
}

/** Resolves when the end is reached that was given, or there is nothing to do. Begins nothing any more when the signal is given. */
async function run(options: DaemonOptions, closing: Closing): Promise<void> {
  const { url, clock, until, concurrency, leaseMs, fork, signal, log } = options;
  const home = resolve(options.home);
  const own = url ? undefined : ownHome(home, closing);
  await own?.locked;
  signal.throwIfAborted();
  await own?.publish('starting', 'it reads the files of its jobs');
  const loaded = await options.load?.();
  signal.throwIfAborted();
  if (loaded?.jobs.length === 0) return;
  const { jobs, unusable } = loaded ?? { jobs: [], unusable: [] };

  await own?.publish('starting', 'it opens the database');
  signal.throwIfAborted();
  let endWatch = async () => {};
  closing.unshift(() => endWatch());
  const opening = openDatabase(home, url, { isLocked: true, signal });
  closing.unshift(() => closeOpened(opening, (database) => database.close()));
  const database = await opening;
  signal.throwIfAborted();
  if (own) endWatch = watchdog(options.answerMs ?? 60_000, `millrace: ${database.name} ${noAnswer}`);
  const ledger: Ledger = { database, clock };
  for (const each of jobs) {
    await declareJob(ledger, each);
    signal.throwIfAborted();
    const { name, schedule } = each.job;
    const next = nextDue(each.job, clock.now());
    log('info', `${name}: ${schedule.text}${next === null ? '' : `, due next at ${shownTime(next)}`}`);
  }
  for (const each of unusable) await saveFileError(database, each.file, each.error.message);
  // The folder is this process's: whoever had runs there is dead.
  if (own) await revokeAllLeases(ledger);
  const code = await codeVersion();
  signal.throwIfAborted();

  const common = { ledger, home, leaseMs, log };
  const worker = concurrency > 0 ? startWorker({ ...common, concurrency, fork, codeVersion: code }) : undefined;
  const scheduler = jobs.length > 0 ? startScheduler({ ...common, jobs, until, fork }) : undefined;
  closing.unshift(() => Promise.all([scheduler?.stop(), worker?.stop(graceMs)]));
  const listening = database.listen((notice) => {
    worker?.wake(notice);
    scheduler?.wake(notice);
  });
  closing.unshift(() => closeOpened(listening, (unlisten) => unlisten()));
  if (own) {
    const serving = serveOperations(home, databaseOperations({ database, home, clock }));
    closing.unshift(() => closeOpened(serving, (close) => close()));
    await serving;
    closing.unshift(() => own.publish('ending', 'it gives its runs back'));
  }
  await listening;
  log('info', `jobs: ${jobs.length}, trainings at a time: ${concurrency}, database: ${database.name}`);
  await (scheduler ? scheduler.over : new Promise(() => {}));
}

/** Has a home folder alone, and tells others how it stands. */
function ownHome(home: string, closing: Closing) {
  const since = Date.now();
  const locking = lockWhenFree(home);
  closing.unshift(() => closeOpened(locking, (release) => release()));
  let published = Promise.resolve();
  const locked = locking.then(() => {
    // What is just being published is not to come after it.
    closing.unshift(() => published.catch(() => {}).then(() => removeDaemonState(home)));
  });
  return {
    locked,
    publish(state: 'starting' | 'ending', doing: string) {
      published = writeDaemonState(home, {
        pid: process.pid,
        state,
        since: state === 'starting' ? since : Date.now(),
        doing,
      });
      return published;
    },
  };
}

/** A command has the folder for a second or two; so has a daemon that is just ending. */
async function lockWhenFree(home: string): Promise<() => Promise<void>> {
  for (let tries = 50; ; tries--) {
    try {
      return await lockDirectory(home);
    } catch (error) {
      if (!(error instanceof LockError) || tries === 0) throw error;
      await setTimeout(100);
    }
  }
}

/** What could not be opened needs no closing. */
async function closeOpened<T>(opening: Promise<T>, close: (opened: T) => Promise<unknown>): Promise<void> {
  const opened = await opening.then(
    (value) => ({ value }),
    () => undefined,
  );
  if (opened) await close(opened.value);
}

function abortOf(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Which code trains: `MILLRACE_CODE_VERSION`, or the commit of the folder in which the command runs, and the version of Millrace. */
async function codeVersion(): Promise<string> {
  const own = process.env.MILLRACE_CODE_VERSION || (await commit());
  return `${own ? `${own}, ` : ''}millrace ${version}`;
}

function commit(): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('git', ['describe', '--always', '--dirty', '--abbrev=12'], (error, stdout) => {
      resolve(error ? undefined : stdout.trim());
    });
  });
}
