/** One row of a result; columns by name. Times come as milliseconds, bigints and counts as numbers. */
export type Row = Readonly<Record<string, unknown>>;

/** Something that runs SQL: the database, or a transaction in it. */
export interface Sql {
  /** Runs one statement with `$1 ... $n`. */
  query<R extends Row = Row>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
}

/** PostgreSQL, on a server or embedded: the queue, the ledger, the registry and the watermarks lie in it. */
export interface Database extends Sql {
  readonly kind: 'server' | 'embedded';
  /** For people, without a password: `postgresql host/name`, `embedded FOLDER`. */
  readonly name: string;
  /**
   * Commits when `action` resolves, rolls back when it rejects. A transaction that the server could not serialize, or whose connection broke
   * before the commit, is run again; so `action` may run more than once and does nothing but SQL.
   */
  transaction<T>(action: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
