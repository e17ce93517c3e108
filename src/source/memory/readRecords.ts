import { RecordBatch, type Schema } from 'apache-arrow';
import { SchemaError, SourceError } from '../../errors.ts';
import { describeSchema } from '../hashRecords.ts';
import { rowsOfBatch } from '../rowsOfBatch.ts';
import { inferSchema, type ObjectRow, objectsToRecords } from './objectsToRecords.ts';
import { type MemoryItems, type Pulling, pullItems } from './pullItems.ts';
import { typeOfValue } from './valueType.ts';

/** Items on their way to record batches. */
export interface Reading {
  readonly records: AsyncGenerator<RecordBatch>;
  /** Ends with that signal from now on, instead of the one before. */
  follow(signal: AbortSignal): void;
}

/**
 * Runs through items and makes record batches of the objects among them, of `batchRows` rows, or of fewer with long lists.
 *
 * @param begin called at the first pull
 * @throws SchemaError where an item does not fit those before
 * @throws SourceError where an item is no row
 */
export function readRecords(
  where: string,
  begin: () => MemoryItems,
  batchRows: number,
  signal: AbortSignal | undefined,
): Reading {
  let current = signal;
  let pulling: Pulling | undefined;

  async function* run(): AsyncGenerator<RecordBatch> {
    current?.throwIfAborted();
    pulling = pullItems(begin(), current);
    let schema: Schema | undefined;
    let pending: ObjectRow[] = [];
    let size: number | undefined;
    let row = 0;
    let batch = 0;
    let ended = false;
    let failed = false;
    const flush = (): RecordBatch => {
      schema = inferSchema(where, pending, row, schema);
      const records = objectsToRecords(pending, schema);
      row += pending.length;
      pending = [];
      batch++;
      return records;
    };
    try {
      for (;;) {
        const next = pulling.next();
        // Waiting for what is there already would take longer than all else.
        const { done, value } = next instanceof Promise ? await next : next;
        if (done) break;
        if (value instanceof RecordBatch) {
          if (pending.length > 0) yield flush();
          schema ??= value.schema;
          checkColumns(where, schema, value, batch++);
          row += value.numRows;
          yield value;
        } else {
          const object = checkRow(where, value, row + pending.length);
          // The first of all tells how long lists are.
          size ??= rowsOfBatch(batchRows, Object.values(object).map(typeOfValue));
          if (pending.push(object) === size) yield flush();
        }
      }
      ended = true;
      if (pending.length > 0) yield flush();
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      const closed = pulling.close(ended);
      // Not waited for: one that stalls would never answer, and what it says would hide the error.
      if (failed) closed.catch(() => {});
      else await closed;
    }
  }

  return {
    records: run(),
    follow(signal) {
      current = signal;
      pulling?.follow(signal);
    },
  };
}

/** @throws SchemaError where a record batch has other columns than those before it */
export function checkColumns(where: string, schema: Schema, records: RecordBatch, batch: number): void {
  if (records.schema === schema) return;
  const [expected, received] = [describeSchema(schema), describeSchema(records.schema)];
  if (expected === received) return;
  throw new SchemaError({ where: `${where}: record batch ${batch}`, expected: `the columns ${expected}`, received });
}

/** @throws SourceError where an item is not an object with columns */
export function checkRow(where: string, item: unknown, row: number): ObjectRow {
  if (typeof item === 'object' && item !== null && !Array.isArray(item) && !(item instanceof RecordBatch)) {
    return item as ObjectRow;
  }
  const received = item instanceof RecordBatch ? 'a record batch' : item === null ? 'null' : `${typeof item}`;
  throw new SourceError({ where: `${where}: row ${row}`, expected: 'an object, as in all rows', received });
}
