import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { Field, Schema } from 'apache-arrow';
import { SchemaError } from '../../errors.ts';
import { pickColumns } from '../pickColumns.ts';
import { arrowTypeOf } from './arrowTypeOf.ts';
import type { Session } from './openSession.ts';

/** A query that is read in an order. */
export interface Query {
  /** The query as a table: `FROM (...) AS q`. */
  readonly from: string;
  /** Its parameters. */
  readonly values: DuckDBValue[] | Record<string, DuckDBValue> | undefined;
  readonly orderBy: readonly string[];
}

/** What is known of a query before it is run. */
export interface QueryDescription {
  readonly schema: Schema;
  /** DuckDB's type of each column. */
  readonly types: ReadonlyMap<string, DuckDBType>;
  /** What follows `ORDER BY`. */
  readonly order: string;
}

/**
 * @throws SchemaError for a column of a type that nothing is made of, or one that `orderBy` names and is not there
 */
export async function describeQuery(
  where: string,
  { api, connection, settled }: Session,
  { from, values, orderBy }: Query,
): Promise<QueryDescription> {
  // Prepared alone, a column that is a parameter has no type yet.
  const result = await settled(connection.stream(`SELECT * ${from} LIMIT 0`, values));
  const types = new Map<string, DuckDBType>();
  for (let i = 0; i < result.columnCount; i++) types.set(result.columnName(i), result.columnType(i));
  const fields = Array.from(types, ([name, type]) => {
    const arrow = arrowTypeOf(api, type);
    if (arrow) return new Field(name, arrow, true);
    throw new SchemaError({
      where: `${where}, column '${name}'`,
      expected: 'numbers, booleans, texts, dates, times, enums or arrays of fixed length',
      received: `${type}`,
      hint: `Cast it in the query (${api.quotedIdentifier(name)}::VARCHAR), or leave it out`,
    });
  });
  const schema = new Schema(fields);
  pickColumns(`${where}: orderBy`, schema, orderBy);
  const terms = orderBy.map((name) => {
    // Texts by their bytes, whatever the column's own way of comparing.
    const collation = types.get(name)?.typeId === api.DuckDBTypeId.VARCHAR ? ' COLLATE "C"' : '';
    return `${api.quotedIdentifier(name)}${collation} ASC NULLS LAST`;
  });
  return { schema, types, order: terms.join(', ') };
}
