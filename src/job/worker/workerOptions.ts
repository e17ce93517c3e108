import type { ChildProcess } from 'node:child_process';
import type { Run } from '../../sink/types.ts';
import type { Ledger } from '../store/database.ts';

export interface WorkerOptions {
  readonly ledger: Ledger;
  /** The folder that all workers see. Absolute. */
  readonly home: string;
  /** Trainings at a time; an integer, at least 1. */
  readonly concurrency: number;
  /** How long a worker may not be heard of before its runs are given to others, in milliseconds. */
  readonly leaseMs: number;
  /** Starts a training process. */
  readonly fork: () => ChildProcess;
  readonly codeVersion: string;
  /**
   * How long a training that is cancelled, or took too long, may take to stop before it is killed, in milliseconds.
   * @default 5000
   */
  readonly cancelGraceMs?: number;
  readonly log: Run['log'];
}
