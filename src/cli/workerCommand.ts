import { realClock } from '../job/clock/clocks.ts';
import { createLogger } from '../sink/logger.ts';
import { type Command, UsageError } from './command.ts';
import { databaseUrl, homeOf } from './homeOf.ts';
import { integerOf } from './integerOf.ts';
import { interruption } from './interruption.ts';
import { parse } from './parse.ts';
import { leaseMs } from './scheduleCommand.ts';

/** `millrace worker`: a process that trains what schedulers hand out. */
export const worker: Command = {
  usage: 'worker [--home DIR] [--concurrency N]',
  summary:
    'trains runs handed out by schedulers on the same DATABASE_URL, until stopped; DIR is a folder that all of them share',
  async run(args) {
    const { values } = parse(
      args,
      { home: { type: 'string' }, concurrency: { type: 'string', default: '1' } },
      { least: 0, most: 0, names: 'no argument' },
    );
    const concurrency = integerOf('--concurrency', values.concurrency, 1, 64);
    const url = databaseUrl();
    if (!url) {
      throw new UsageError(
        'DATABASE_URL: expected the URL of a PostgreSQL server: an embedded database has its own worker',
      );
    }
    // A signal is heard from here on: what follows takes a second or more.
    const { signal, end } = interruption();
    const { runDaemon } = await import('../job/daemon/runDaemon.ts');
    const { forkTraining } = await import('../job/training/forkTraining.ts');
    try {
      await runDaemon({
        home: homeOf(values),
        url,
        clock: realClock,
        concurrency,
        leaseMs,
        fork: forkTraining,
        signal,
        log: createLogger(),
      });
      return 0;
    } finally {
      end();
    }
  },
};
