import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { shownSpan, shownTime } from '../../format/times.ts';
import type { Json } from '../../json.ts';
import { writePointers } from '../registry/pointers.ts';
import { runFolder, runLogPath } from '../registry/runPaths.ts';
import { verifyCheckpoint } from '../registry/verifyCheckpoint.ts';
import { commitResult } from '../runs/commitResult.ts';
import { failRun } from '../runs/failRun.ts';
import type { Lease } from '../runs/lease.ts';
import { type Outcome, releaseLease } from '../runs/withLease.ts';
import { queueNotification } from '../store/notificationTable.ts';
import { type ProcessEnd, type TrainingProcess, trainingProcess } from '../training/trainingProcess.ts';
import type { TrainingMessage, TrainingResult } from '../types.ts';
import { leaseFolder } from './leaseFolder.ts';
import { openRunLog } from './runLog.ts';
import type { WorkerOptions } from './workerOptions.ts';

/** A run that is being trained. */
export interface Active {
  readonly lease: Lease;
  readonly progress: Json;
  /** When the lease was last confirmed, by `performance.now()`. */
  readonly keptAt: number;
  /** The lease is confirmed; where there is a reason to, the run is cancelled. */
  keep(cancelReason: string | null): void;
  /** The lease is not its own any more: the training ends, and nothing is recorded. */
  lose(why: string): void;
  /** The run is to be given back. */
  stop(graceMs: number): void;
  /** Settled when the run has been committed, given back or lost. */
  readonly done: Promise<void>;
}

/**
 * Trains a run that was leased, and says in the ledger what has become of it.
 *
 * @param isUnderWay called at the first step: a worker that dies after it has made progress
 */
export function trainLease(options: WorkerOptions, lease: Lease, isUnderWay: () => void): Active {
  const { ledger, home, cancelGraceMs = 5000, log } = options;
  const { run, job, declaration } = lease;
  let progress: Json = null;
  let keptAt = performance.now();
  let process: TrainingProcess | undefined;
  /** Why it was told to stop, where it was; the first reason stays. */
  let stopped: 'lost' | 'cancelled' | 'timeout' | 'released' | undefined;
  let isEnded = false;
  const runLog = openRunLog(join(home, runLogPath(job, run)), {
    failed: (error) => log('warn', `run ${run} of ${job}: its log cannot be written: ${error.message}`),
  });

  /** Tells the daemon's log and that of the run. */
  function report(level: 'info' | 'warn', message: string, joint = ': '): void {
    log(level, `run ${run} of ${job}${joint}${message}`);
    runLog.log(level, message);
  }

  function stop(why: NonNullable<typeof stopped>, ms: number): void {
    // A lease that is lost is lost, whatever else it was stopped for.
    if (stopped !== undefined && why !== 'lost') return;
    stopped = why;
    if (ms === 0) process?.kill();
    else process?.stop(ms);
  }

  function onMessage(message: TrainingMessage): void {
    if (message.kind === 'progress') {
      const { step, rows, totalRows } = message;
      if (progress === null) isUnderWay();
      progress = { step, rows, totalRows };
    } else if (message.kind === 'alert') {
      report('warn', message.text);
      const event = { job, run, event: 'alert', at: ledger.clock.now(), text: `${job}: ${message.text}` };
      queueNotification(ledger.database, event).catch((error) =>
        log('error', `an alert could not be told: ${error.message}`),
      );
    } else if (message.kind === 'note') report('info', message.text);
  }

  async function train(): Promise<ProcessEnd> {
    const directory = await leaseFolder(join(home, runFolder(job, run)), lease.fence);
    if (stopped !== undefined) return { kind: 'stopped', step: 0 };
    const champions = lease.champions.map(({ version, checkpoint }) => ({ version, path: join(home, checkpoint) }));
    const { jobFile, dueAt, watermark } = lease;
    process = trainingProcess({
      child: options.fork(),
      request: { kind: 'train', jobFile: resolve(jobFile), job, runId: run, directory, dueAt, watermark, champions },
      onOutput: runLog.write,
      onMessage,
    });
    // A timer takes no longer time: 25 days.
    const timeoutMs = Math.min(declaration.timeoutMs, 2 ** 31 - 1);
    const late = new AbortController();
    const timeout = setTimeout(timeoutMs, undefined, { signal: late.signal });
    timeout.then(() => stop('timeout', cancelGraceMs)).catch(() => {});
    try {
      return await process.ended;
    } finally {
      isEnded = true;
      late.abort();
    }
  }

  /** Says it until the database has heard it, or the lease is lost. */
  async function untilRecorded(record: () => Promise<Outcome>): Promise<Outcome> {
    for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, 2000)) {
      try {
        return await record();
      } catch (error) {
        report('warn', `the end cannot be told yet: ${(error as Error).message}`);
        if (stopped === 'lost' || stopped === 'released') return null;
        await setTimeout(pauseMs);
      }
    }
  }

  async function settle(end: ProcessEnd, folder: string): Promise<Outcome> {
    if (stopped === 'lost') return null;
    if (end.kind === 'result') return commit(end.result, folder);
    // A run that somebody has cancelled ends there, whatever is said of it.
    if (stopped === 'released' || stopped === 'cancelled') return untilRecorded(() => releaseLease(ledger, lease));
    const timeout = `it took longer than ${shownSpan(declaration.timeoutMs)}`;
    if (stopped === 'timeout') return untilRecorded(() => failRun(ledger, lease, timeout, false));
    if (end.kind === 'error') return untilRecorded(() => failRun(ledger, lease, end.message, end.isFinal));
    const how = end.kind === 'died' ? end.how : 'the training process stopped by itself';
    return untilRecorded(() => failRun(ledger, lease, how, false));
  }

  async function commit(result: TrainingResult, folder: string): Promise<Outcome> {
    if (result.kind === 'trained') {
      try {
        await verifyCheckpoint(join(home, folder, result.checkpoint), result.sha256);
      } catch (error) {
        const message = `the new model does not load: ${(error as Error).message}`;
        onMessage({ kind: 'alert', text: message });
        return untilRecorded(() => failRun(ledger, lease, message, false));
      }
    }
    const committing = { folder, codeVersion: options.codeVersion, progress };
    const outcome = await untilRecorded(() => commitResult(ledger, lease, result, committing));
    // A scheduler looks after them as well.
    await writePointers(ledger.database, home, job).catch((error) => log('warn', `${job}: ${error.message}`));
    return outcome;
  }

  async function work(): Promise<void> {
    const folder = join(runFolder(job, run), `${lease.fence}`);
    const end: ProcessEnd = await train().catch((error) => ({
      kind: 'error',
      message: error.message,
      isFinal: false,
    }));
    const outcome = await settle(end, folder);
    if (outcome === null) report('warn', "is not this worker's any more", ' ');
    else report(outcome.startsWith('failed') ? 'warn' : 'info', outcome);
    await runLog.close();
  }

  report('info', `begins, lease ${lease.fence}`, ' ');
  runLog.log('info', `worker ${lease.worker}, ${options.codeVersion}, due ${shownTime(lease.dueAt)}`);
  return {
    lease,
    get progress() {
      return progress;
    },
    get keptAt() {
      return keptAt;
    },
    keep(cancelReason) {
      keptAt = performance.now();
      if (cancelReason !== null) stop('cancelled', cancelGraceMs);
    },
    lose(why) {
      // What it has to say is held against the lease when it is said.
      if (stopped === 'lost' || isEnded) return;
      report('warn', why);
      stop('lost', 0);
    },
    stop: (ms) => stop('released', ms),
    done: work(),
  };
}
