import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Json } from '../../types.ts';
import { shownSpan } from '../ledger/shownSpan.ts';
import { tell } from '../notify/tell.ts';
import { writePointers } from '../registry/pointers.ts';
import { runFolder } from '../registry/runFolder.ts';
import { verifyCheckpoint } from '../registry/verifyCheckpoint.ts';
import type { TrainingMessage, TrainingResult } from '../types.ts';
import { commitResult } from './commitResult.ts';
import { failRun } from './failRun.ts';
import { giveBack } from './giveBack.ts';
import type { Told } from './holdLease.ts';
import type { Lease } from './lease.ts';
import { leaseFolder } from './leaseFolder.ts';
import { type ProcessEnd, type TrainingProcess, trainingProcess } from './trainingProcess.ts';
import type { WorkerOptions } from './workerOptions.ts';

/** A run that is being trained. */
export interface Active {
  readonly lease: Lease;
  readonly progress: Json;
  /** When the lease was last confirmed, by `performance.now()`. */
  readonly keptAt: number;
  /** The lease is confirmed; where there is a reason to, the run is cancelled. */
  keep(cancelReason: string | null): void;
  /** The lease is not its own any more: the training ends, and nothing is told. */
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

  function stop(why: NonNullable<typeof stopped>, ms: number): void {
    // A lease that is lost is lost, whatever else it was stopped for.
    if (stopped !== undefined && why !== 'lost') return;
    stopped = why;
    if (ms === 0) process?.kill();
    else process?.stop(ms);
  }

  function hear(message: TrainingMessage): void {
    if (message.kind === 'progress') {
      const { step, rows, totalRows } = message;
      if (progress === null) isUnderWay();
      progress = { step, rows, totalRows };
    } else if (message.kind === 'alert') {
      log('warn', `run ${run} of ${job}: ${message.text}`);
      const telling = { job, run, event: 'alert', at: ledger.clock.now(), text: `${job}: ${message.text}` };
      tell(ledger.database, telling).catch((error) => log('error', `an alert could not be told: ${error.message}`));
    } else if (message.kind === 'note') log('info', `run ${run} of ${job}: ${message.text}`);
  }

  async function train(folder: string): Promise<ProcessEnd> {
    const directory = await leaseFolder(join(home, runFolder(job, run)), lease.fence);
    if (stopped !== undefined) return { kind: 'stopped', step: 0 };
    const champions = lease.champions.map(({ version, checkpoint }) => ({ version, path: join(home, checkpoint) }));
    const { jobFile, dueAt, watermark } = lease;
    process = trainingProcess({
      child: options.fork(),
      request: { kind: 'train', jobFile: resolve(jobFile), job, runId: run, directory, dueAt, watermark, champions },
      logFile: join(home, folder, 'log.txt'),
      hear,
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
  async function insist(say: () => Promise<Told>): Promise<Told> {
    for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, 2000)) {
      try {
        return await say();
      } catch (error) {
        log('warn', `run ${run}: the end cannot be told yet: ${(error as Error).message}`);
        if (stopped === 'lost' || stopped === 'released') return null;
        await setTimeout(pauseMs);
      }
    }
  }

  async function settle(end: ProcessEnd, folder: string): Promise<Told> {
    if (stopped === 'lost') return null;
    if (end.kind === 'result') return commit(end.result, folder);
    // A run that somebody has cancelled ends there, whatever is said of it.
    if (stopped === 'released' || stopped === 'cancelled') return insist(() => giveBack(ledger, lease));
    const timeout = `it took longer than ${shownSpan(declaration.timeoutMs)}`;
    if (stopped === 'timeout') return insist(() => failRun(ledger, lease, timeout, false));
    if (end.kind === 'error') return insist(() => failRun(ledger, lease, end.message, end.isFinal));
    const how = end.kind === 'died' ? end.how : 'the training process stopped by itself';
    return insist(() => failRun(ledger, lease, how, false));
  }

  async function commit(result: TrainingResult, folder: string): Promise<Told> {
    if (result.kind === 'trained') {
      try {
        await verifyCheckpoint(join(home, folder, result.checkpoint), result.sha256);
      } catch (error) {
        const message = `the new model does not load: ${(error as Error).message}`;
        hear({ kind: 'alert', text: message });
        return insist(() => failRun(ledger, lease, message, false));
      }
    }
    const committing = { folder, codeVersion: options.codeVersion, progress };
    const told = await insist(() => commitResult(ledger, lease, result, committing));
    // A scheduler looks after them as well.
    await writePointers(ledger.database, home, job).catch((error) => log('warn', `${job}: ${error.message}`));
    return told;
  }

  async function work(): Promise<void> {
    const folder = join(runFolder(job, run), `${lease.fence}`);
    const end: ProcessEnd = await train(folder).catch((error) => ({
      kind: 'error',
      message: error.message,
      isFinal: false,
    }));
    const told = await settle(end, folder);
    if (told === null) log('warn', `run ${run} of ${job} is not this worker's any more`);
    else log(told.startsWith('failed') ? 'warn' : 'info', `run ${run} of ${job}: ${told}`);
  }

  log('info', `run ${run} of ${job} begins, lease ${lease.fence}`);
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
      log('warn', `run ${run} of ${job}: ${why}`);
      stop('lost', 0);
    },
    stop: (ms) => stop('released', ms),
    done: work(),
  };
}
