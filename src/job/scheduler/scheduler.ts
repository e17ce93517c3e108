import type { Run } from '../../types.ts';
import { createBell } from '../clock/bell.ts';
import { answerAsks } from '../ledger/answerAsks.ts';
import type { DeclaredJob } from '../ledger/declareJob.ts';
import { fireDue } from '../ledger/fireDue.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Caretaker, createCaretaker } from './caretaker.ts';

export interface SchedulerOptions {
  readonly ledger: Ledger;
  readonly home: string;
  readonly jobs: readonly DeclaredJob[];
  /** How long a worker may not be heard of before its runs are given to others, in milliseconds. */
  readonly leaseMs: number;
  /** By the clock: ends when it is there, and all runs are over. */
  readonly until?: number;
  readonly log: Run['log'];
}

export interface Scheduler {
  /** Somebody may have asked for something, or a run may be over. */
  wake(): void;
  /** Resolves when the end is reached that was given; else never. */
  readonly over: Promise<void>;
  stop(): Promise<void>;
}

/** How often is looked for what nobody has told of. */
const lookMs = 1000;

/**
 * Enters the ticks of jobs when they are due, answers what people ask for, and takes care of what others have left. Any number of them may
 * run on one database; a tick fires once.
 */
export function startScheduler({ ledger, home, jobs, leaseMs, until, log }: SchedulerOptions): Scheduler {
  const { clock, database } = ledger;
  const declared = new Map(jobs.map((each) => [each.job.name, each]));
  const due = new Map<string, number>();
  const caretaker: Caretaker = createCaretaker({ ledger, home, jobs, leaseMs, log });
  const stopping = new AbortController();
  const { signal } = stopping;
  const bell = createBell();
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
    const next = Math.min(...due.values(), until ?? Infinity);
    // A clock that stands still goes on when all that is to be done at its time has been done.
    const isEnd = clock.now() >= (until ?? Infinity);
    if (next === Infinity || ((clock.speed === Infinity || isEnd) && (await hasOpenRuns()))) await bell.rung(lookMs);
    else if (isEnd) return true;
    else await clock.until(next, signal);
    return false;
  }

  async function tick(): Promise<void> {
    let errors = 0;
    while (!signal.aborted) {
      try {
        await fire();
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
      await loops;
      await caretaker.stop();
    },
  };
}
