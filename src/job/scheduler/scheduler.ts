import type { ChildProcess } from 'node:child_process';
import type { Run } from '../../types.ts';
import { createBell } from '../clock/bell.ts';
import { stoppingClock } from '../clock/stoppingClock.ts';
import { answerAsks } from '../ledger/answerAsks.ts';
import type { DeclaredJob } from '../ledger/declareJob.ts';
import { fireDue } from '../ledger/fireDue.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Caretaker, createCaretaker } from './caretaker.ts';
import { createProber } from './prober.ts';

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
  /** Somebody may have asked for something, or a run may be over. */
  wake(): void;
  /** Resolves when the end is reached that was given; else never. */
  readonly over: Promise<void>;
  stop(): Promise<void>;
}

/** How often is looked for what nobody has told of; a clock that was set, and a machine that wakes up, are noticed within it. */
const lookMs = 1000;

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
  const caretaker: Caretaker = createCaretaker({ ledger, home, jobs, leaseMs, log });
  const stopping = new AbortController();
  const { signal } = stopping;
  const bell = createBell();
  const prober = createProber({ ledger, home, jobs, fork, log, idle: bell.ring });
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

  async function hasOpenRuns(): Promise<boolean> {
    const [{ open }] = await database.query<{ open: boolean }>(
      `select exists (select from millrace.run where state in ('buffered', 'queued', 'running')) as open`,
    );
    return open;
  }

  /** Waits for what comes next. @returns whether nothing does, the end being reached */
  async function waitForNext(): Promise<boolean> {
    // One that is busy looks again when it is done.
    const probeAt = prober.isBusy() ? Infinity : prober.nextAt();
    const next = Math.min(...due.values(), probeAt, until);
    // A clock that stands still goes on when all that is to be done at its time has been done.
    const isEnd = clock.now() >= until;
    const isToFinish = (clock.speed === Infinity || isEnd) && (prober.isBusy() || (await hasOpenRuns()));
    if (next === Infinity || isToFinish) await bell.rung(lookMs);
    else if (isEnd) return true;
    else if (clock.jump) clock.jump(next);
    else await bell.rung(Math.max(0, Math.min((next - clock.now()) / clock.speed, lookMs)));
    return false;
  }

  async function tick(): Promise<void> {
    let errors = 0;
    while (!signal.aborted) {
      try {
        await fire();
        await prober.look();
        errors = 0;
        if (await waitForNext()) {
          over.resolve();
          return;
        }
      } catch (error) {
        if (signal.aborted) return;
        errors++;
        log(errors === 1 ? 'error' : 'warn', `the ledger cannot be written: ${(error as Error).message}`);
        await bell.rung(Math.min(100 * 2 ** errors, 5000));
      }
    }
  }

  async function look(): Promise<void> {
    const looking = createBell();
    wakeLook = looking.ring;
    while (!signal.aborted) {
      await answerAsks(ledger, declared).catch((error) => log('error', `nobody can be answered: ${error.message}`));
      await caretaker.look();
      await looking.rung(lookMs);
    }
  }

  let wakeLook = () => {};
  const loops = Promise.all([tick(), look()]);
  return {
    wake() {
      bell.ring();
      wakeLook();
    },
    over: over.promise,
    async stop() {
      stopping.abort();
      bell.ring();
      wakeLook();
      await Promise.all([loops, prober.stop()]);
      await caretaker.stop();
    },
  };
}
