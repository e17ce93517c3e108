import type { Clock } from '../types.ts';

/** One row of a result; columns by name. Times come as milliseconds, bigints and counts as numbers. */
export type Row = Readonly<Record<string, unknown>>;

/** Something that runs SQL: the database, or a transaction in it. */
export interface Sql {
  /** Runs one statement with `$1 ... $n`; JSON goes in as text. */
  query<R extends object = Row>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  /** Runs statements without values, one after the other; gives the rows of all. */
  script(text: string): Promise<readonly Row[]>;
}

/** What processes tell each other, so that nobody has to ask often; nothing depends on its arrival. */
export type Notice =
  /** A run waits for a worker. */
  | 'work'
  /** A run that a worker has shall stop. */
  | 'stop'
  /** Somebody asks a scheduler for something. */
  | 'request'
  /** Somebody is to be told of something. */
  | 'notification'
  /** A run is over. */
  | 'over';

/** PostgreSQL, on a server or embedded: the queue, the ledger, the registry and the watermarks lie in it. */
export interface Database extends Sql {
  readonly kind: 'server' | 'embedded';
  /** For people, without a password: `postgresql host/name`, `embedded FOLDER`. */
  readonly name: string;
  /**
   * Commits when `action` resolves, rolls back when it rejects. A transaction that the server could not serialize, or whose connection broke,
   * is run again; so `action` may run more than once, also after it was committed, and does nothing but SQL.
   */
  transaction<T>(action: (sql: Sql) => Promise<T>): Promise<T>;
  /** Hears notices from now on, `undefined` for those that may have been lost with a connection. */
  listen(onNotice: (notice: Notice | undefined) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** What all that write in the ledger have in common. */
export interface Ledger {
  readonly database: Database;
  /** By which ticks are due and rows are dated. */
  readonly clock: Clock;
}
