import { type Data, makeData, RecordBatch, type Schema, Struct } from 'apache-arrow';
import type { Json } from '../../json.ts';
import {
  type Bound,
  bound,
  columnName,
  either,
  integer,
  listOf,
  number,
  recordOf,
  required,
  text as textOf,
} from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { describeSchema } from '../hashRecords.ts';
import { pickColumns } from '../pickColumns.ts';
import { rowCursor } from '../rowCursor.ts';
import type { Batch, OpenOptions, Source } from '../types.ts';
import { apartRows } from './apartRows.ts';
import { describeQuery } from './describeQuery.ts';
import { openSession, type Session } from './openSession.ts';
import { queriedFiles } from './queriedFiles.ts';
import type { SqlParameters, SqlValue } from './sqlValue.ts';
import { createVectorReader } from './vectorReader.ts';

/** The options of `sql`. */
export interface SqlOptions {
  /**
   * The columns of the result by which its rows are ordered, ascending, nulls last. No two rows may be alike in them, unless they are all
   * columns: rows that are alike in everything may come in any order.
   */
  readonly orderBy: string | readonly string[];
  /**
   * The path of a DuckDB database, which is only read; queries over files (`FROM 'data/*.parquet'`) need none.
   * @default ':memory:'
   */
  readonly database?: string;
  /** Statements that come before the query each time the database is opened: `ATTACH`, `LOAD`, `SET`, `CREATE TEMP VIEW`. */
  readonly setup?: string;
  /** The values of `$1`, `$2`, or of `$name`. */
  readonly parameters?: SqlParameters;
  /**
   * Rows of a record batch; an integer, at least 1.
   * @default 65536
   */
  readonly batchRows?: number;
  /**
   * Megabytes that DuckDB takes before it goes on in the folder for temporary files; a positive number.
   * @default 512
   */
  readonly memoryMB?: number;
  /**
   * Threads of DuckDB; an integer, at least 1. With more than one, sums and means of floats may end in other bits each time, which is
   * noticed: the content counts as changed.
   * @default 1
   */
  readonly threads?: number;
}

/**
 * What a query of DuckDB returns, in an order that is the same each time. Needs the package `@duckdb/node-api`.
 *
 * The query is run for each opening, in threads of its own; its result is ordered by DuckDB, beyond its memory on disk, and read piece by
 * piece. The cursor is the number of a row. The fingerprint is a hash of all rows, for which the query is run once more. Files
 * that are named in it must stay as they are while it is read.
 *
 * @param query one statement that returns rows
 * @throws OptionError where an option is out of bounds
 * @throws SourceError when it is read: no DuckDB, no such database, a query that cannot be run, a file that was changed
 * meanwhile
 * @throws SchemaError when it is read: no such column, or one of a type that nothing is made of
 * @throws DataError when it is read: rows that `orderBy` does not tell apart
 * @see https://duckdb.org/docs/stable/sql/introduction
 * @example sql('SELECT * FROM flights', { orderBy: 'id', database: 'flights.duckdb' }).name //=> 'sql SELECT * FROM flights'
 */
export function sql(query: string, options: SqlOptions): Source {
  const text = typeof query === 'string' ? query.replace(/[;\s]+$/, '') : query;
  checkOption('sql: query', text, textOf('a query'));
  checkOptions<SqlOptions>('sql', options, {
    orderBy: required(either(columnName, listOf('columns that tell all rows apart', columnName, 1))),
    database: textOf('a path'),
    setup: textOf('statements'),
    parameters: either(listOf('values', parameterBound), recordOf('values', parameterBound)),
    batchRows: integer({ least: 1 }),
    memoryMB: number({ above: 0 }),
    threads: integer({ least: 1 }),
  });
  const { database = ':memory:', setup, parameters, batchRows = 65_536, memoryMB = 512, threads = 1 } = options;
  const orderBy = typeof options.orderBy === 'string' ? [options.orderBy] : options.orderBy;
  const name = `sql ${short(text)}`;
  const from = `FROM (${text}\n) AS q`;
  const values = isList(parameters) ? [...parameters] : parameters && { ...parameters };
  const queried = { from, values, orderBy };

  const begin = (signal: AbortSignal | undefined) => openSession(name, { database, setup, memoryMB, threads }, signal);

  async function used<T>(signal: AbortSignal | undefined, use: (session: Session) => Promise<T>): Promise<T> {
    const session = await begin(signal);
    try {
      return await use(session);
    } finally {
      await session.close();
    }
  }

  async function one(session: Session, what: string): Promise<readonly unknown[]> {
    const reader = await session.settled(session.connection.runAndReadAll(`SELECT ${what} ${from}`, values));
    return reader.getRows()[0]!;
  }

  async function print(session: Session): Promise<Json> {
    const { schema } = await describeQuery(name, session, queried);
    const names = schema.fields.map((field) => session.api.quotedIdentifier(field.name)).join(', ');
    const [rows, hash] = await one(session, `count(*), sum(hash(${names}))`);
    return {
      format: 'sql',
      columns: describeSchema(schema),
      orderBy: [...orderBy],
      rows: Number(rows),
      // The sum does not depend on the order; the hash of a row, on the version.
      hash: `${hash ?? 0}`,
      duckdb: session.api.version(),
    };
  }

  async function* open({ signal, from: cursor, columns }: OpenOptions): AsyncGenerator<Batch> {
    signal.throwIfAborted();
    const first = rowCursor(name, cursor);
    const session = await begin(signal);
    try {
      const { api, bindings, connection } = session;
      const { schema, types, order } = await describeQuery(name, session, queried);
      const files = await queriedFiles(name, session, [database, setup ?? '', text], values);
      const picked = pickColumns(name, schema, columns).schema;
      const names = [...new Set([...picked.fields.map((field) => field.name), ...orderBy])];
      const read = pickColumns(name, schema, names).schema;
      const readers = read.fields.map((field) => createVectorReader(bindings, types.get(field.name)!, field.type));
      const offset = first > 0 ? ` OFFSET ${first}` : '';
      const statement = `SELECT ${names.map(api.quotedIdentifier).join(', ')} ${from} ORDER BY ${order}${offset}`;
      const result = await session.settled(connection.stream(statement, values));
      const isWhole = schema.fields.every((field) => orderBy.includes(field.name));
      const assertApart = isWhole ? () => {} : apartRows(name, orderBy);
      let row = first;
      let rows = 0;
      const take = (): Batch => {
        const children = readers.map((reader) => reader.take());
        assertApart(recordsOf(read, children, rows), row);
        const begins = row;
        const origin = { file: name, row: (at: number) => begins + at };
        const batch = {
          records: recordsOf(picked, children.slice(0, picked.fields.length), rows),
          cursor: row,
          origin,
        };
        row += rows;
        rows = 0;
        return batch;
      };
      for (;;) {
        const chunk = await session.settled(result.fetchChunk());
        if (!chunk || chunk.rowCount === 0) break;
        for (let at = 0; at < chunk.rowCount; ) {
          // Cut as without a cursor.
          const end = Math.min(chunk.rowCount, at + batchRows - ((row + rows) % batchRows));
          for (const [i, reader] of readers.entries()) {
            reader.read(bindings.data_chunk_get_vector(chunk.chunk, i), at, end);
          }
          rows += end - at;
          at = end;
          if ((row + rows) % batchRows === 0) {
            yield take();
            signal.throwIfAborted();
          }
        }
      }
      if (rows > 0) yield take();
      else if (row === first && first > 0) rowCursor(name, first, Number((await one(session, 'count(*)'))[0]));
      await files.assertUnchanged();
    } finally {
      await session.close();
    }
  }

  return {
    name,
    schema: (signal) => used(signal, async (session) => (await describeQuery(name, session, queried)).schema),
    rows: (signal) => used(signal, async (session) => Number((await one(session, 'count(*)'))[0])),
    fingerprint: (signal) => used(signal, print),
    open,
  };
}

function recordsOf(schema: Schema, children: Data[], length: number): RecordBatch {
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}

const parameterBound: Bound<SqlValue> = bound(
  'a string, a number (an integer up to 2^53), a bigint, a boolean or null',
  (value) =>
    value === null ||
    ['string', 'bigint', 'boolean'].includes(typeof value) ||
    (typeof value === 'number' && (!Number.isInteger(value) || Number.isSafeInteger(value))),
  (value) => (value instanceof Date ? 'Give its text, as toISOString() does' : undefined),
);

/** Whether parameters are numbered; TypeScript does not see it of a list that must not be changed. */
function isList(parameters: SqlParameters | undefined): parameters is readonly SqlValue[] {
  return Array.isArray(parameters);
}

/** A query in a line that is not too long. */
function short(query: string): string {
  const line = query.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 57)}...`;
}
