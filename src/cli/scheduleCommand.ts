import { realClock, simulatedClock } from '../job/clock/clocks.ts';
import type { Clock } from '../job/types.ts';
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
    'runs the jobs declared in the files whenever they are due, until stopped; uses the database at DATABASE_URL, or an embedded one',
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
    const until = values.until === undefined ? undefined : timeOf('--until', values.until);
    const simulated = simulatedOf(values);
    // A signal is heard from here on: what follows takes a second or more.
    const { signal, end } = interruption();
    const [{ runDaemon }, { loadJobs }, { forkTraining }, { trainingPool }] = await Promise.all([
      import('../job/daemon/runDaemon.ts'),
      import('../job/daemon/loadJobs.ts'),
      import('../job/training/forkTraining.ts'),
      import('../job/training/trainingPool.ts'),
    ]);
    // In a replay one run follows the other.
    const pool = simulated && trainingPool();
    let code = 0;
    try {
      await runDaemon({
        home: homeOf(values),
        url: databaseUrl(),
        async load() {
          const loaded = await loadJobs(positionals);
          for (const { error } of loaded.unusable) console.error(explain(error));
          if (loaded.unusable.length > 0) code = 1;
          return loaded;
        },
        clock: simulated ?? realClock,
        until,
        concurrency,
        leaseMs,
        fork: pool?.take ?? forkTraining,
        log: createLogger(),
        signal,
      });
      return code;
    } finally {
      pool?.close();
      end();
    }
  },
};

/** The clock that is asked for; undefined for that of the machine. */
function simulatedOf({ clock, speed }: { readonly clock?: string; readonly speed?: string }): Clock | undefined {
  if (clock === undefined) {
    if (speed !== undefined) throw new UsageError('--speed: expected --clock with it, for a simulated clock');
    return undefined;
  }
  const times = speed === undefined || speed === 'max' ? Infinity : Number(speed);
  if (!(times > 0)) throw new UsageError(`--speed: expected a number above 0, or max, got ${speed}`);
  return simulatedClock({ from: timeOf('--clock', clock), speed: times });
}
