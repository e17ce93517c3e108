import type { Database, Sql } from '../database/database.ts';
import { notify } from '../database/notify.ts';

/**
 * Hands runs to workers, each to one. The ledger says what is to be done; what gets lost here is sent again.
 */
export interface RunQueue {
  /** Puts a run in, when the transaction is committed; a run that is in already stays where it is. */
  send(sql: Sql, run: number): Promise<void>;
  /** Takes the oldest run out, when the transaction is committed; undefined where there is none that nobody else is taking. */
  take(sql: Sql): Promise<number | undefined>;
  /** The runs that are in; of more than a hundred thousand the oldest. */
  held(): Promise<ReadonlySet<number>>;
  close(): Promise<void>;
}

const queue = 'run';
/** The most that pg-boss lists. */
const mostListed = 100_000;

/** A queue of pg-boss, in the database that the ledger is in. */
export async function runQueue(database: Database, onError: (error: Error) => void): Promise<RunQueue> {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    db: bossDatabase(database),
    backend: database.kind === 'embedded' ? 'pglite' : 'postgres',
    schema: 'millrace_queue',
    // A run is taken out in the transaction that leases it. So nothing here ever expires, and there is nothing to look after.
    supervise: false,
    schedule: false,
    registerInstance: false,
    queueCacheIntervalSeconds: 3600,
    bamIntervalSeconds: 3600,
  });
  boss.on('error', onError);
  await boss.start();
  await boss.createQueue(queue, { policy: 'exclusive', retryLimit: 0, retentionSeconds: 10 * 365 * 86_400 });
  return {
    async send(sql, run) {
      await boss.send(queue, { run }, { singletonKey: `${run}`, db: bossDatabase(sql) });
      await notify(sql, 'work');
    },
    async take(sql) {
      const db = bossDatabase(sql);
      // The database's clock may have been set back since a run was sent.
      const [job] = await boss.fetch<{ run: number }>(queue, { db, ignoreStartAfter: true });
      if (!job) return undefined;
      await boss.deleteJob(queue, job.id, { db });
      return job.data.run;
    },
    async held() {
      const jobs = await boss.findJobs<{ run: number }>(queue, { queued: true, limit: mostListed });
      return new Set(jobs.map(({ data }) => data.run));
    },
    close: () => boss.stop({ close: false, graceful: false }),
  };
}

/** What pg-boss asks of a database: a statement with values, or several without. */
function bossDatabase(sql: Sql) {
  return {
    async executeSql(text: string, values: unknown[] = []) {
      return { rows: [...(values.length > 0 ? await sql.query(text, values) : await sql.script(text))] };
    },
  };
}
