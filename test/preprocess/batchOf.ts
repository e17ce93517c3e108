import { type RecordBatch, Table, type Vector, vectorFromArray } from 'apache-arrow';
import type { Batch } from '../../src/source/types.ts';

/** A record batch of columns: Arrow vectors, or values from which their type is inferred. */
export function batchOf(
  columns: Readonly<Record<string, Vector | readonly unknown[]>>,
  cursor: number | null = null,
): Batch {
  const vectors = Object.entries(columns).map(([name, column]) => [
    name,
    Array.isArray(column) ? vectorFromArray(column) : (column as Vector),
  ]);
  const [records] = new Table(Object.fromEntries(vectors)).batches as RecordBatch[];
  return { records, cursor };
}
