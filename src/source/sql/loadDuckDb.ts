import { createRequire } from 'node:module';
import { SourceError } from '../../errors.ts';

export type DuckDbApi = typeof import('@duckdb/node-api');
/** Below it, what gives the bytes of a column. */
export type DuckDbBindings = typeof import('@duckdb/node-bindings');

export interface DuckDb {
  readonly api: DuckDbApi;
  readonly bindings: DuckDbBindings;
}

/**
 * DuckDB, which is installed by those who want it.
 *
 * @throws SourceError where it is not
 */
export async function loadDuckDb(where: string): Promise<DuckDb> {
  try {
    const api = await import('@duckdb/node-api');
    const bindings: DuckDbBindings = createRequire(import.meta.resolve('@duckdb/node-api'))('@duckdb/node-bindings');
    return { api, bindings };
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const isMissing = 'code' in cause && /MODULE_NOT_FOUND/.test(`${cause.code}`);
    throw new SourceError({
      where,
      expected: 'the package @duckdb/node-api',
      received: isMissing ? 'none' : `one that cannot be loaded (${cause.message})`,
      hint: 'Install it beside millrace: npm install @duckdb/node-api',
      cause,
    });
  }
}
