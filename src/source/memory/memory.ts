import { RecordBatch, type Schema, Table } from 'apache-arrow';
import { SourceError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { bound, integer, text } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { describeSchema, hashRecords } from '../hashRecords.ts';
import { closeOnce, isOnce } from '../input/once.ts';
import { type Pick, pickColumns } from '../pickColumns.ts';
import { rowCursor } from '../rowCursor.ts';
import { rowsOfBatch } from '../rowsOfBatch.ts';
import type { Batch, OpenOptions, Source } from '../types.ts';
import { inferSchema, objectsToRecords } from './objectsToRecords.ts';
import type { MemoryItem, MemoryItems } from './pullItems.ts';
import { checkColumns, checkRow, type Reading, readRecords } from './readRecords.ts';

/** All at once, or one after the other; a function where they can be had again from the start. */
export type MemoryData = Table | RecordBatch | readonly MemoryItem[] | MemoryItems | (() => MemoryItems);

export type { MemoryItem };

export interface MemoryOptions {
  /**
   * Rows of a record batch that is made of objects, fewer where lists of theirs are long; an integer, at least 1.
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
 * The types of objects' columns come from their values: number, boolean, string, bigint or Date, and arrays of numbers, booleans or bigints, or
 * typed ones, all of one length in a column, which are lists; null, undefined and a column that is not there are nulls. An array of rows is
 * looked through as a whole; of an iterable the first `batchRows` rows decide. The cursor is the number of a row: an iterable is run
 * through again to get there.
 *
 * @throws OptionError where an option is out of bounds
 * @throws SchemaError when it is read, where a column holds values of two types, or lists of two lengths
 * @throws SourceError when it is opened again and what was given can be run through only once
 * @example memory([{ x: 1, y: 0 }, { x: 2, y: 1 }]).name //=> 'memory rows'
 */
export function memory(data: MemoryData, options: MemoryOptions = {}): Source {
  checkOption('memory: data', data, dataBound);
  checkOptions<MemoryOptions>('memory', options, { batchRows: integer({ least: 1 }), name: text('a name') });
  const { batchRows = 65_536, name: label = 'rows' } = options;
  const name = `memory ${label}`;
  const finite = finiteBatches(name, data, batchRows);
  const begin = finite ? () => finite().batches : opener(name, data);
  let known: Promise<Schema> | undefined;
  /** What telling the columns has taken from data that can be run through only once. */
  let begun: { readonly first: IteratorResult<RecordBatch>; readonly rest: Reading } | undefined;

  async function schemaOf(signal: AbortSignal | undefined): Promise<Schema> {
    if (finite) return finite().schema;
    const rest = readRecords(name, begin, batchRows, signal);
    const first = await rest.records.next();
    if (isOnce(data)) begun = { first, rest };
    else await rest.records.return(undefined);
    if (!first.done) return first.value.schema;
    throw new SourceError({ where: name, expected: 'at least one row, to infer the columns from', received: 'none' });
  }

  function schema(signal?: AbortSignal): Promise<Schema> {
    known ??= schemaOf(signal).catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  async function* rowsOf({ signal, from, columns }: OpenOptions): AsyncGenerator<Batch> {
    signal.throwIfAborted();
    const start = rowCursor(name, from, finite?.().rows);
    const { first, rest } = begun ?? { first: undefined, rest: readRecords(name, begin, batchRows, signal) };
    begun = undefined;
    rest.follow(signal);
    let row = 0;
    let pick: Pick | undefined;
    try {
      for (let next = first ?? (await rest.records.next()); !next.done; next = await rest.records.next()) {
        const records = next.value;
        const skip = Math.max(0, start - row);
        if (skip < records.numRows) {
          pick ??= pickColumns(name, records.schema, columns);
          const picked = pick.apply(records);
          const first = row + skip;
          const origin = { file: name, row: (at: number) => first + at };
          yield { records: skip === 0 ? picked : picked.slice(skip), cursor: first, origin };
          signal.throwIfAborted();
        }
        row += records.numRows;
      }
      if (row < start) {
        throw new SourceError({
          where: name,
          expected: `the ${start} rows before the cursor`,
          received: `${row} rows in all`,
          hint: 'Cursors belong to the source and the content that gave them',
        });
      }
    } finally {
      await rest.records.return(undefined);
    }
  }

  const once = typeof data !== 'function' && isOnce(data);
  return {
    name,
    once,
    schema,
    rows: async () => finite?.().rows,
    fingerprint: async (signal): Promise<Json> => {
      // Of what is not yet here only the columns can be told.
      if (!finite) return { format: 'memory', columns: describeSchema(await schema(signal)) };
      const { schema: columns, batches, rows } = finite();
      return { format: 'memory', rows, sha256: hashRecords(columns, batches) };
    },
    open(options) {
      if (once) options.signal.addEventListener('abort', () => closeOnce(data), { once: true });
      return rowsOf(options);
    },
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
      for (const [i, records] of items.entries()) checkColumns(name, items[0].schema, records, i);
      return { schema: items[0].schema, batches: items, rows: items.reduce((sum, { numRows }) => sum + numRows, 0) };
    }
    const rows = items.map((item, row) => checkRow(name, item, row));
    const schema = inferSchema(name, rows);
    const batches: RecordBatch[] = [];
    const size = rowsOfBatch(
      batchRows,
      schema.fields.map(({ type }) => type),
    );
    for (let row = 0; row < rows.length; row += size) {
      batches.push(objectsToRecords(rows.slice(row, row + size), schema));
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

/** Begins to run through the data, again where that can be done. */
function opener(name: string, data: MemoryData): () => MemoryItems {
  const used = new WeakSet<object>();
  return () => {
    const items = typeof data === 'function' ? data() : (data as MemoryItems);
    if (isOnce(items)) {
      if (used.has(items)) {
        throw new SourceError({
          where: name,
          expected: 'data that can be run through again',
          received: 'an iterator that has been used',
          hint: 'Give a function that returns a new one: memory(() => rows())',
        });
      }
      used.add(items);
    }
    return items;
  };
}

const dataBound = bound(
  'an array, an Arrow table, record batches, an iterable, or a function that returns an iterable',
  isData,
);

function isData(data: unknown): data is MemoryData {
  if (typeof data === 'function') return true;
  if (typeof data !== 'object' || data === null) return false;
  return data instanceof RecordBatch || Symbol.iterator in data || Symbol.asyncIterator in data;
}

function isRecords(item: MemoryItem): item is RecordBatch {
  return item instanceof RecordBatch;
}
