import { setTimeout as wait } from 'node:timers/promises';
import type { Batch, Cursor, OpenOptions, Source } from '../source/types.ts';

/** A signal that nobody gives. */
export const quiet = (): AbortSignal => new AbortController().signal;

/** What a source gives: the rows as lists of values, the places of the record batches, the columns. */
export async function read(source: Source, options: Partial<OpenOptions> = {}) {
  const rows: unknown[][] = [];
  const cursors: Cursor[] = [];
  const lengths: number[] = [];
  let columns: string | undefined;
  for await (const batch of source.open({ signal: quiet(), ...options })) {
    cursors.push(batch.cursor);
    lengths.push(batch.records.numRows);
    columns ??= describe(batch.records.schema);
    rows.push(...rowsOf(batch));
  }
  return { rows, cursors, lengths, columns };
}

export function describe(schema: Batch['records']['schema']): string {
  return schema.fields.map(({ name, type }) => `${name}: ${type}`).join(', ');
}

export function rowsOf({ records }: Pick<Batch, 'records'>): unknown[][] {
  const columns = records.schema.fields.map((_, index) => records.getChildAt(index));
  return Array.from({ length: records.numRows }, (_, row) => columns.map((column) => plain(column?.get(row))));
}

function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array) ? `${value}` : value;
}

/** The promise, if it is settled within the second that a source has. */
export async function within<T>(promise: Promise<T>, ms = 1000): Promise<T> {
  const abort = new AbortController();
  const late = wait(ms, undefined, { signal: abort.signal }).then(() => {
    throw new Error(`not settled within ${ms} ms`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    abort.abort();
  }
}
