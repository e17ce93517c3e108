import { realClock } from '../job/clock/realClock.ts';
import { runDaemon } from '../job/daemon/runDaemon.ts';
import { forkTraining } from '../job/training/forkTraining.ts';
import { createLogger } from '../sink/logger.ts';
import { type Command, UsageError } from './command.ts';
import { databaseUrl, homeOf } from './homeOf.ts';
import { integerOf } from './integerOf.ts';
import { interruption } from './interruption.ts';
import { parse } from './parse.ts';
import { leaseMs } from './schedule.ts';

/** `millrace worker`: a process that trains what schedulers hand out. */
export const worker: Command = {
  usage: 'worker [--home DIR] [--concurrency N]',
  summary:
    'trains the runs that schedulers on the same DATABASE_URL hand out, until it is stopped; DIR is a folder that all of them see',
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
    const logger = createLogger({});
    const { signal, end } = interruption();
    try {
      await runDaemon({
        home: homeOf(values),
        url,
        jobs: [],
        clock: realClock,
        concurrency,
        leaseMs,
        fork: forkTraining,
        signal,
        log: (level, message, details = {}) => logger[level](details, message),
      });
      return 0;
    } finally {
      end();
    }
  },
};
