import type { Vector } from 'apache-arrow';
import { OptionError } from '../../errors.ts';
import type { Batch, ColumnRange, Json, OpenOptions, Source } from '../../types.ts';
import { pickColumns } from '../pickColumns.ts';
import { isEmpty } from './sliceBatch.ts';

/** Whether a row is kept, from its values in the columns that were named. */
export type RowPredicate = (...values: readonly unknown[]) => boolean;

export interface FilterOptions {
  /**
   * Called once each time the source is opened, when after 10,000 rows fewer than one in a hundred was kept.
   * @default a warning of the process
   */
  readonly onAlarm?: (message: string) => void;
}

const alarmRows = 10_000;
const alarmShare = 0.01;

/**
 * The rows of a source that a predicate wants. Values are as in Arrow: int64 is bigint, null is null. No value is copied: the others
 * stay in the record batch and are not selected.
 *
 * The text of the predicate is part of the fingerprint; values that it takes from around itself are not.
 * @param columns what the predicate is given, in this order; at least one
 * @throws OptionError where no column is named, or the predicate is no function
 * @throws SchemaError when it is read, where there is no such column
 * @example filter(memory([{ x: 1 }, { x: 2 }]), ['x'], (x) => Number(x) > 1).name //=> 'filter by x of memory rows'
 */
export function filter(
  source: Source,
  columns: readonly string[],
  predicate: RowPredicate,
  { onAlarm = (message) => process.emitWarning(message) }: FilterOptions = {},
): Source {
  if (!Array.isArray(columns) || columns.length === 0) {
    throw new OptionError({
      where: 'filter: columns',
      expected: 'at least one name',
      received: JSON.stringify(columns),
    });
  }
  if (typeof predicate !== 'function') {
    throw new OptionError({ where: 'filter: predicate', expected: 'a function', received: typeof predicate });
  }
  const name = `filter by ${columns.join(', ')} of ${source.name}`;

  async function* open({ columns: wanted, ...options }: OpenOptions, range?: ColumnRange): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    const schema = await source.schema(options.signal);
    // Named here, so that an error has the name that the user knows.
    const pickFrom = wanted ? [...wanted, ...columns.filter((column) => !wanted.includes(column))] : undefined;
    pickColumns(name, schema, wanted);
    pickColumns(name, schema, columns);
    let seen = 0;
    let kept = 0;
    let isAlarmed = false;
    const inner = { ...options, ...(pickFrom && { columns: pickFrom }) };
    for await (const batch of (range && source.openRange?.(range, inner)) ?? source.open(inner)) {
      const { records } = batch;
      const selected = select(batch, columns, predicate);
      seen += batch.selected?.length ?? records.numRows;
      kept += selected.length;
      if (!isAlarmed && seen >= alarmRows && kept < seen * alarmShare) {
        isAlarmed = true;
        onAlarm(`${name}: kept ${kept} of the first ${seen} rows. Check the predicate.`);
      }
      const rest = { ...batch, records: pickColumns(name, records.schema, wanted).apply(records), selected };
      if (!isEmpty(rest)) yield rest;
    }
  }

  return {
    name,
    unbounded: source.unbounded === true,
    once: source.once === true,
    schema: (signal) => source.schema(signal),
    // Only reading would tell.
    rows: async () => undefined,
    fingerprint: async (signal): Promise<Json> => ({
      format: 'filter',
      columns: [...columns],
      predicate: `${predicate}`,
      part: await source.fingerprint(signal),
    }),
    open: (options) => open(options),
    ...(source.openRange && { openRange: (range: ColumnRange, options: OpenOptions) => open(options, range) }),
  };
}

function select({ records, selected }: Batch, columns: readonly string[], predicate: RowPredicate): Uint32Array {
  const vectors = columns.map((column) => records.getChild(column) as Vector);
  const rows = selected?.length ?? records.numRows;
  const kept = new Uint32Array(rows);
  const values: unknown[] = new Array(vectors.length);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    const row = selected ? selected[i]! : i;
    for (let column = 0; column < vectors.length; column++) values[column] = vectors[column]!.get(row);
    if (predicate(...values)) kept[count++] = row;
  }
  return kept.subarray(0, count);
}
