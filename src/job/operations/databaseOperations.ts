import { OptionError } from '../../errors.ts';
import { runFolder, runLogPath } from '../registry/runPaths.ts';
import type { Database } from '../store/database.ts';
import { readJobs } from '../store/jobTable.ts';
import { readRun } from '../store/runTable.ts';
import { readTicks } from '../store/tickTable.ts';
import { findJob } from './findJob.ts';
import type { Operations } from './operations.ts';
import { type RegistryContext, registryOperations } from './registryOperations.ts';
import { requestOperations } from './requestOperations.ts';

export interface OperationsContext extends RegistryContext {
  /**
   * How long a scheduler may take to answer, in milliseconds.
   * @default 10_000
   */
  readonly timeoutMs?: number;
}

/** The operations on a database that is open in this process. */
export function databaseOperations(context: OperationsContext): Operations {
  return {
    ...readLedger(context.database),
    ...registryOperations(context),
    ...requestOperations({ ...context, timeoutMs: context.timeoutMs ?? 10_000 }),
  };
}

/** What is read of jobs, ticks and runs. */
function readLedger(database: Database): Pick<Operations, 'jobs' | 'runs' | 'run'> {
  return {
    jobs: () => readJobs(database),
    async runs({ job, limit }) {
      if (job !== null) await findJob(database, job);
      return readTicks(database, job, limit);
    },
    async run({ id }) {
      const run = await readRun(database, id);
      if (run) {
        return {
          ...run,
          directory: runFolder(run.job, id),
          log: run.fence === 0 ? null : runLogPath(run.job, id),
        };
      }
      throw new OptionError({
        where: 'run',
        expected: 'the number of a run',
        received: `${id}`,
        hint: 'millrace runs lists them',
      });
    },
  };
}
