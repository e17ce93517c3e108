import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { SourceError } from '../../errors.ts';
import { type DuckDb, loadDuckDb } from './loadDuckDb.ts';

/** Where queries run, and what for. */
export interface SessionOptions {
  readonly database: string;
  readonly setup: string | undefined;
  readonly memoryMB: number;
  readonly threads: number;
}

/** One connection to a database that was opened for it. */
export interface Session extends DuckDb {
  readonly connection: DuckDBConnection;
  /**
   * What is waited for is interrupted when the signal is given.
   *
   * @param expected what the error says should have been there
   * @throws SourceError with what DuckDB says
   */
  settled<T>(work: Promise<T>, expected?: string): Promise<T>;
  close(): Promise<void>;
}

/** An interruption is forgotten where it comes before the work has begun. */
const repeatMs = 50;

/** Opens a database, a file for reading only, and prepares a connection. */
export async function openSession(
  where: string,
  { database, setup, memoryMB, threads }: SessionOptions,
  signal: AbortSignal | undefined,
): Promise<Session> {
  signal?.throwIfAborted();
  const duckDb = await loadDuckDb(where);
  const isMemory = database === ':memory:';
  // Made only where memory does not suffice. Its default is beside the database, or in the folder in which the command runs.
  const spill = join(tmpdir(), `millrace-duckdb-${randomUUID()}`);
  const opened = duckDb.api.DuckDBInstance.create(database, {
    ...(!isMemory && { access_mode: 'READ_ONLY' }),
    memory_limit: `${Math.ceil(memoryMB * 1e6)}B`,
    temp_directory: spill,
    threads: `${threads}`,
  });
  const instance = await opened.catch((error) => {
    throw refused(where, 'a DuckDB database that can be read', error);
  });
  const connection = await instance.connect();

  const session: Session = {
    ...duckDb,
    connection,
    async settled(work, expected = 'a query that DuckDB can run') {
      let timer: NodeJS.Timeout | undefined;
      const interrupt = () => {
        connection.interrupt();
        timer ??= setInterval(interrupt, repeatMs);
      };
      if (signal?.aborted) interrupt();
      else signal?.addEventListener('abort', interrupt, { once: true });
      try {
        const result = await work;
        signal?.throwIfAborted();
        return result;
      } catch (error) {
        throw signal?.aborted ? signal.reason : refused(where, expected, error);
      } finally {
        signal?.removeEventListener('abort', interrupt);
        clearInterval(timer);
      }
    },
    async close() {
      // Another query ends the one whose result was not read to its end: its files would stay open until the garbage is collected.
      await connection.run('SELECT 1').catch(() => {});
      connection.closeSync();
      instance.closeSync();
      await rm(spill, { recursive: true, force: true });
    },
  };
  try {
    if (setup !== undefined) await session.settled(connection.run(setup), 'a setup that DuckDB can run');
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** DuckDB's words without its picture of the query, which is not quite the user's. */
function refused(where: string, expected: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SourceError) return error;
  const received = error.message
    .replace(/^Failed to extract statements: /, '')
    .replace(/\n\nLINE \d+:[\s\S]*/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
  return new SourceError({ where, expected, received: received || 'an error without words', cause: error });
}
