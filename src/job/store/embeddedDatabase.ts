import { once } from 'node:events';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { MillraceError } from '../../errors.ts';
import { lockDirectory } from '../../files/lockDirectory.ts';
import type { Database, Notice, Row, Sql } from './database.ts';
import { channel } from './notices.ts';

export interface EmbeddedOptions {
  /** Whether the caller has the lock of the home folder already, and keeps it. @default false */
  readonly isLocked?: boolean;
  /** Ends the making of a new database. */
  readonly signal?: AbortSignal;
}

/**
 * PostgreSQL in this process, in the folder `database` of a home folder, which is locked: PGlite would let a second process in.
 *
 * @param home made when it is not there; undefined for one in memory
 * @throws LockError where another process has the folder
 * @throws MillraceError where the database does not open, as on a full disk
 */
export async function embeddedDatabase(
  home?: string,
  { isLocked = false, signal }: EmbeddedOptions = {},
): Promise<Database> {
  if (home === undefined) return databaseOf(await openPglite(undefined), 'embedded, in memory', async () => {});
  await mkdir(home, { recursive: true });
  const release = isLocked ? async () => {} : await lockDirectory(home);
  try {
    const folder = join(home, 'database');
    if (!(await exists(folder))) await createIn(folder, signal);
    return databaseOf(await openPglite(folder), `embedded ${home}`, release);
  } catch (error) {
    await release();
    throw error;
  }
}

/** A process that dies while it makes the database leaves none, rather than half of one. */
async function createIn(folder: string, signal?: AbortSignal): Promise<void> {
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  // In a thread of its own: this one hears signals and answers meanwhile.
  const thread = new Worker(new URL(`./createDatabaseThread${extname(import.meta.url)}`, import.meta.url), {
    workerData: unfinished,
    // What the program was started with is not for this file: `--input-type`, `--inspect-brk`.
    execArgv: [],
  });
  try {
    const [code] = await once(thread, 'exit', { signal });
    if (code !== 0) throw new Error(`its thread ended with code ${code}`);
  } catch (cause) {
    await thread.terminate();
    throw signal?.aborted ? cause : notOpened(folder, cause as Error);
  }
  await rename(unfinished, folder);
}

async function openPglite(folder: string | undefined): Promise<PGlite> {
  const { PGlite } = await import('@electric-sql/pglite');
  try {
    return await PGlite.create(folder);
  } catch (cause) {
    throw notOpened(folder ?? 'the database in memory', cause as Error);
  }
}

function notOpened(where: string, cause: Error): MillraceError {
  return new MillraceError({
    where,
    expected: 'an embedded database that opens',
    received: cause.message,
    hint: 'Its disk may be full: try again when there is space',
    cause,
  });
}

function databaseOf(pglite: PGlite, name: string, release: () => Promise<void>): Database {
  // There is one connection. A statement must not fall into the transaction of another caller, nor between its failure and the rollback.
  let last: Promise<unknown> = Promise.resolve();
  function alone<T>(action: () => Promise<T>): Promise<T> {
    const result = last.then(action);
    last = result.catch(() => {});
    return result;
  }

  const sql: Sql = {
    async query<R extends object>(text: string, values: readonly unknown[] = []) {
      return (await pglite.query<R>(text, [...values])).rows;
    },
    async script(text) {
      return (await pglite.exec(text)).flatMap(({ rows }) => rows as Row[]);
    },
  };

  return {
    kind: 'embedded',
    name,
    query: (text, values) => alone(() => sql.query(text, values)),
    script: (text) =>
      alone(() =>
        sql.script(text).catch(async (error) => {
          // It may have begun a transaction of its own.
          await pglite.exec('rollback');
          throw error;
        }),
      ),
    transaction: (action) =>
      alone(async () => {
        await pglite.exec('begin');
        try {
          const result = await action(sql);
          await pglite.exec('commit');
          return result;
        } catch (error) {
          await pglite.exec('rollback');
          throw error;
        }
      }),
    async listen(onNotice) {
      const unlisten = await alone(() => pglite.listen(channel, (notice) => onNotice(notice as Notice)));
      return () => alone(() => unlisten());
    },
    async close() {
      await alone(() => pglite.close());
      await release();
    },
  };
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
