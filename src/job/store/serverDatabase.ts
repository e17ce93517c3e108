import { setTimeout } from 'node:timers/promises';
import type { ClientConfig, Pool, PoolClient } from 'pg';
import type { Database, Notice, Row, Sql } from './database.ts';
import { channel } from './notices.ts';

export interface ServerOptions {
  /**
   * Connections at the most, and one more where notices are heard; an integer, at least 1.
   * @default 4
   */
  readonly connections?: number;
}

/** How often a transaction is tried. */
const tries = 4;

/**
 * A PostgreSQL server. Connections that break are made anew; the first statement tells whether there is a server at all.
 *
 * @param url `postgresql://user:password@host:port/name`
 */
export async function serverDatabase(url: string, { connections = 4 }: ServerOptions = {}): Promise<Database> {
  const { default: pg } = await import('pg');
  const config: ClientConfig = {
    connectionString: url,
    application_name: 'millrace',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    // A server that has gone without a word shall not hold a process up for ever.
    query_timeout: 60_000,
    types: {
      // Bigints are identities, counts and milliseconds: all exact as numbers.
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === 20 ? Number : pg.types.getTypeParser(oid, format)) as never,
    },
  };
  const pool: Pool = new pg.Pool({ ...config, max: connections, idleTimeoutMillis: 60_000 });
  // A connection that breaks: while nobody uses it, the pool makes another; else the statement fails that is under way, or the next.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));

  async function attempt<T>(action: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const result = await action(sqlOf(client));
      const { command } = await client.query('commit');
      if (command !== 'COMMIT') throw new Error('a statement of the transaction had failed before it was committed');
      return result;
    } catch (error) {
      await client.query('rollback').catch((cause) => {
        broken = cause;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    ...sqlOf(pool),
    kind: 'server',
    name: nameOf(url),
    async transaction(action) {
      for (let tried = 1; ; tried++) {
        try {
          return await attempt(action);
        } catch (error) {
          if (tried === tries || !isTransient(error)) throw error;
          await setTimeout(50 * 2 ** tried);
        }
      }
    },
    async listen(onNotice) {
      let isOpen = true;
      let client: InstanceType<typeof pg.Client> | undefined;
      const listening = (async () => {
        while (isOpen) {
          client = new pg.Client(config);
          const ended = new Promise((resolve) => client!.once('end', resolve));
          client.on('error', () => {});
          client.on('notification', ({ payload }) => onNotice(payload as Notice));
          try {
            await client.connect();
            await client.query(`listen ${channel}`);
            onNotice(undefined);
            await ended;
          } catch {
            await client.end().catch(() => {});
          }
          if (isOpen) await setTimeout(1000);
        }
      })();
      return async () => {
        isOpen = false;
        await client?.end().catch(() => {});
        await listening;
      };
    },
    close: () => pool.end(),
  };
}

function sqlOf(connection: Pool | PoolClient): Sql {
  return {
    async query<R extends object>(text: string, values: readonly unknown[] = []) {
      return (await connection.query(text, [...values])).rows as R[];
    },
    async script(text) {
      const results = await connection.query<Row>(text);
      return [results].flat().flatMap(({ rows }) => rows);
    },
  };
}

function nameOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `postgresql ${parsed.host}${parsed.pathname}` : 'postgresql';
}

/** SQLSTATE of what may be otherwise in a moment: serialization, deadlock, a server that stops, starts, or takes no more connections. */
const transientStates = new Set(['40001', '40P01', '57P01', '57P02', '57P03', '53300']);

/** Codes of the system for a connection that broke or could not be made. */
const transientCodes = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/** Whether an error of the database says nothing about the statement: the same one may succeed when it is tried again. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined) return transientStates.has(code) || transientCodes.has(code) || code.startsWith('08');
  return /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect/.test(
    error.message,
  );
}
