import { realClock } from '../job/clock/realClock.ts';
import { simulatedClock } from '../job/clock/simulatedClock.ts';
import { loadJobs } from '../job/daemon/loadJobs.ts';
import { type DaemonOptions, runDaemon } from '../job/daemon/runDaemon.ts';
import { forkTraining } from '../job/training/forkTraining.ts';
import { trainingPool } from '../job/training/trainingPool.ts';
import { createLogger } from '../sink/logger.ts';
import { type Command, UsageError } from './command.ts';
import { explain } from './explain.ts';
import { databaseUrl, homeOf } from './homeOf.ts';
import { integerOf } from './integerOf.ts';
import { interruption } from './interruption.ts';
import { parse } from './parse.ts';
import { timeOf } from './timeOf.ts';

/** How long a worker may not be heard of before its runs are given to others. */
export const leaseMs = 30_000;

/** `millrace schedule`: the process that keeps models fresh. */
export const schedule: Command = {
  usage: 'schedule FILE... [--home DIR] [--concurrency N] [--clock TIME] [--speed N|max] [--until TIME]',
  summary:
    'runs the jobs that the files declare when they are due, until it is stopped; the database is DATABASE_URL, or embedded',
  async run(args) {
    const { values, positionals } = parse(
      args,
      {
        home: { type: 'string' },
        concurrency: { type: 'string', default: '1' },
        clock: { type: 'string' },
        speed: { type: 'string' },
        until: { type: 'string' },
      },
      { least: 1, most: 10_000, names: 'at least one FILE' },
    );
    const concurrency = integerOf('--concurrency', values.concurrency, 0, 64);
    const clock = clockOf(values);
    const until = values.until === undefined ? undefined : timeOf('--until', values.until);
    const { jobs, unusable } = await loadJobs(positionals);
    for (const { error } of unusable) console.error(explain(error));
    if (jobs.length === 0) return 1;
    const logger = createLogger({});
    // In a replay one run follows the other.
    const pool = clock === realClock ? undefined : trainingPool();
    const options: Omit<DaemonOptions, 'signal'> = {
      home: homeOf(values),
      url: databaseUrl(),
      jobs,
      unusable,
      clock,
      until,
      concurrency,
      leaseMs,
      fork: pool?.take ?? forkTraining,
      log: (level, message, details = {}) => logger[level](details, message),
    };
    const { signal, end } = interruption();
    try {
      await runDaemon({ ...options, signal });
      return unusable.length > 0 ? 1 : 0;
    } finally {
      pool?.close();
      end();
    }
  },
};

function clockOf({ clock, speed }: { readonly clock?: string; readonly speed?: string }) {
  if (clock === undefined) {
    if (speed !== undefined) throw new UsageError('--speed: expected --clock with it, for a simulated clock');
    return realClock;
  }
  const times = speed === undefined || speed === 'max' ? Infinity : Number(speed);
  if (!(times > 0)) throw new UsageError(`--speed: expected a number above 0, or max, got ${speed}`);
  return simulatedClock({ from: timeOf('--clock', clock), speed: times });
}
