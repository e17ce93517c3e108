import { RecordBatch, type Schema, Table } from 'apache-arrow';
import { OptionError, SourceError } from '../errors.ts';
import type { Batch, Json, OpenOptions, Source } from '../types.ts';
import { hashRecords } from './hashRecords.ts';
import { inferSchema, type ObjectRow, objectsToRecords } from './objectsToRecords.ts';
import { pickColumns } from './pickColumns.ts';
import { rowCursor } from './rowCursor.ts';

/** A row as an object, its columns being the properties, or a record batch. */
export type MemoryItem = object;

/** All at once, or one after the other; a function where they can be had again from the start. */
export type MemoryData =
  | Table
  | RecordBatch
  | readonly MemoryItem[]
  | Iterable<MemoryItem>
  | AsyncIterable<MemoryItem>
  | (() => Iterable<MemoryItem> | AsyncIterable<MemoryItem>);

export interface MemoryOptions {
  /**
   * Rows of a record batch that is made of objects; an integer, at least 1.
   * @default 65536
   */
  readonly batchRows?: number;
  /**
   * What errors call it.
   * @default 'rows'
   */
  readonly name?: string;
}

/**
 * Rows from the program itself: objects, an Arrow table, record batches, or an iterable of them, synchronous or not.
 *
 * The types of objects' columns come from their values: number, boolean, string, bigint or Date; null, undefined and a column that is
 * not there are nulls. An array is looked through as a whole; of an iterable the first `batchRows` rows decide. The cursor is the number of a row: an iterable is
 * run through again to get there.
 *
 * @throws OptionError where an option is out of bounds
 * @throws SchemaError when it is read, where a column holds values of two types
 * @throws SourceError when it is opened again and what was given can be run through only once
 * @example memory([{ x: 1, y: 0 }, { x: 2, y: 1 }]).name //=> 'memory rows'
 */
export function memory(data: MemoryData, { batchRows = 65_536, name: label = 'rows' }: MemoryOptions = {}): Source {
  if (!Number.isSafeInteger(batchRows) || batchRows < 1) {
    throw new OptionError({
      where: 'memory: batchRows',
      expected: 'an integer of at least 1',
      received: `${batchRows}`,
    });
  }
  const name = `memory ${label}`;
  const finite = finiteBatches(name, data, batchRows);
  const begin = opener(name, data);
  let known: Promise<Schema> | undefined;

  /** All record batches, cut and typed alike on every run. */
  async function* batches(): AsyncGenerator<RecordBatch> {
    if (finite) {
      yield* finite().batches;
      return;
    }
    let schema: Schema | undefined;
    let pending: ObjectRow[] = [];
    let first = 0;
    const flush = (): RecordBatch => {
      const inferred = inferSchema(name, pending, first);
      schema = schema ? widen(name, schema, inferred, first) : inferred;
      const records = objectsToRecords(name, pending, schema, first);
      first += pending.length;
      pending = [];
      return records;
    };
    for await (const item of begin()) {
      if (item instanceof RecordBatch) {
        if (pending.length > 0) yield flush();
        first += item.numRows;
        yield item;
      } else if (pending.push(checkRow(name, item, first + pending.length)) === batchRows) yield flush();
    }
    if (pending.length > 0) yield flush();
  }

  async function schemaOf(): Promise<Schema> {
    if (finite) return finite().schema;
    for await (const { schema } of batches()) return schema;
    throw new SourceError({ where: name, expected: 'at least one row, to tell the columns by', received: 'none' });
  }

  async function* open({ signal, from, columns }: OpenOptions): AsyncGenerator<Batch> {
    const start = rowCursor(name, from, finite?.().rows);
    let row = 0;
    for await (const records of untilAborted(batches(), signal)) {
      const end = row + records.numRows;
      if (end > start && records.numRows > 0) {
        const picked = pickColumns(name, records.schema, columns).apply(records);
        const skip = Math.max(0, start - row);
        yield { records: skip === 0 ? picked : picked.slice(skip), cursor: row + skip };
      }
      row = end;
    }
  }

  return {
    name,
    schema: () => {
      known ??= schemaOf();
      return known;
    },
    rows: async () => finite?.().rows,
    fingerprint: async (): Promise<Json> => {
      // Of what is not yet here only the columns can be told.
      if (!finite) return { format: 'memory', columns: `${await schemaOf()}` };
      const { schema, batches: all, rows } = finite();
      return { format: 'memory', rows, sha256: hashRecords(schema, all) };
    },
    open,
  };
}

interface FiniteRows {
  readonly schema: Schema;
  readonly batches: readonly RecordBatch[];
  readonly rows: number;
}

/** What is all here, made when it is first asked for; undefined for what comes one after the other. */
function finiteBatches(name: string, data: MemoryData, batchRows: number): (() => FiniteRows) | undefined {
  const make = (): FiniteRows => {
    if (data instanceof Table) return { schema: data.schema, batches: data.batches, rows: data.numRows };
    const items = (data instanceof RecordBatch ? [data] : data) as readonly MemoryItem[];
    if (items.length > 0 && items.every(isRecords)) {
      return { schema: items[0].schema, batches: items, rows: items.reduce((sum, { numRows }) => sum + numRows, 0) };
    }
    const rows = items.map((item, row) => checkRow(name, item, row));
    const schema = inferSchema(name, rows);
    const batches: RecordBatch[] = [];
    for (let row = 0; row < rows.length; row += batchRows) {
      batches.push(objectsToRecords(name, rows.slice(row, row + batchRows), schema, row));
    }
    return { schema, batches, rows: rows.length };
  };
  if (!(data instanceof Table || data instanceof RecordBatch || Array.isArray(data))) return undefined;
  let made: FiniteRows | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Begins to run through the data; an iterator, which is its own iterable, can be run through only once. */
function opener(name: string, data: MemoryData): () => Iterable<MemoryItem> | AsyncIterable<MemoryItem> {
  if (typeof data === 'function') return data;
  const items = data as Iterable<MemoryItem> & AsyncIterable<MemoryItem>;
  const once = !Array.isArray(data) && 'next' in items;
  let begun = false;
  return () => {
    if (once && begun) {
      throw new SourceError({
        where: name,
        expected: 'data that can be run through again',
        received: 'an iterator that has been used',
        hint: 'Give a function that returns a new one: memory(() => rows())',
      });
    }
    begun = true;
    return items;
  };
}

function isRecords(item: MemoryItem): item is RecordBatch {
  return item instanceof RecordBatch;
}

function checkRow(name: string, item: unknown, row: number): ObjectRow {
  if (typeof item === 'object' && item !== null && !Array.isArray(item) && !(item instanceof RecordBatch)) {
    return item as ObjectRow;
  }
  const received = item instanceof RecordBatch ? 'a record batch' : item === null ? 'null' : `${typeof item}`;
  throw new SourceError({ where: `${name}: row ${row}`, expected: 'an object, as in all rows', received });
}

/** Holds later rows to the columns of the first ones. */
function widen(name: string, schema: Schema, found: Schema, firstRow: number): Schema {
  for (const field of found.fields) {
    const known = schema.fields.find((other) => other.name === field.name);
    if (known && (`${known.type}` === `${field.type}` || `${field.type}` === 'Null')) continue;
    throw new SourceError({
      where: `${name}: from row ${firstRow}, column '${field.name}'`,
      expected: known ? `values of type ${known.type}, as before` : 'the columns of the first rows',
      received: `${field.type}`,
      hint: 'Give Arrow record batches where the first rows cannot tell the types',
    });
  }
  return schema;
}

/** The same items, until the signal is given, also while one is waited for. */
async function* untilAborted<T>(items: AsyncGenerator<T>, signal: AbortSignal): AsyncGenerator<T> {
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
  });
  aborted.catch(() => {});
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      const next = await Promise.race([items.next(), aborted]);
      if (next.done) return;
      yield next.value;
      signal.throwIfAborted();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a generator that is stalled would never answer.
    void items.return(undefined).catch(() => {});
  }
}
