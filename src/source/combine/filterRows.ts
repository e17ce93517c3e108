import { DataError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { aFunction, columnName, listOf } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { shownNames, shownValue } from '../../options/shown.ts';
import { changeable, changed } from '../changed.ts';
import { hintOfAnswer, noAnswer } from '../column/answers.ts';
import { columnData, findColumn } from '../column/findColumn.ts';
import { numberReader, readValues, type Value, valueKinds } from '../column/readValues.ts';
import { createRefusals } from '../column/refusals.ts';
import { failAt, type Refuse } from '../column/rowError.ts';
import { pickColumns } from '../pickColumns.ts';
import { sourceBound } from '../sourceBound.ts';
import type { Batch, ColumnRange, OpenOptions, Source } from '../types.ts';
import { isEmpty } from './sliceBatch.ts';

/**
 * Whether a row is kept, from its values in the columns that were named. Declare its parameters as what these hold: `(n: number, word:
 * string | null) => ...`.
 */
export type RowPredicate = (...values: never[]) => boolean;

/** The options of `filterRows`. */
export interface FilterRowsOptions {
  /**
   * Is told when the source has been read from its beginning to its end and no row was kept, and when after 10,000 rows fewer than one in
   * a hundred was; once each time it is opened.
   * @default a warning in the run's log, or of the process
   */
  readonly onAlarm?: (message: string) => void;
}

const alarmRows = 10_000;
const alarmShare = 0.01;

/**
 * The rows of a source that a predicate wants. It gets what the function of `derive` gets: numbers (64-bit integers too, up to 2^53), booleans,
 * strings, milliseconds since 1970 UTC for points in time, and null, also for NaN. No value is copied: rows that are not kept stay in the
 * record batch and are not selected.
 *
 * The text of the predicate is part of the fingerprint; values that it takes from around itself are not.
 * @param columns what the predicate is given, in this order; at least one
 * @throws OptionError where no column is named, or the predicate is no function
 * @throws SchemaError when it is read, where there is no such column, or one of lists or other things that are no single value
 * @throws DataError when it is read, where the predicate throws or gives something else than true or false, or an integer is beyond 2^53; not
 * where bad rows are returned
 * @example filterRows(memory([{ x: 1 }, { x: 2 }]), ['x'], (x: number) => x > 1).name //=> 'filterRows by x of memory rows'
 */
export function filterRows(
  source: Source,
  columns: readonly string[],
  predicate: RowPredicate,
  options: FilterRowsOptions = {},
): Source {
  checkOption('filterRows: source', source, sourceBound);
  checkOption('filterRows: columns', columns, listOf('columns', columnName, 1));
  checkOption('filterRows: predicate', predicate, aFunction());
  checkOptions<FilterRowsOptions>('filterRows', options, { onAlarm: aFunction() });
  const { onAlarm } = options;
  const name = `filterRows by ${shownNames(columns)} of ${source.name}`;

  async function* open({ columns: wanted, ...options }: OpenOptions, range?: ColumnRange): AsyncGenerator<Batch> {
    const { signal, from = null, badRows = 'throw', tell = (line: string) => process.emitWarning(line) } = options;
    signal.throwIfAborted();
    const schema = await source.schema(signal);
    // Named here, so that an error has the name that the user knows.
    const pickFrom = wanted ? [...wanted, ...columns.filter((column) => !wanted.includes(column))] : undefined;
    pickColumns(name, schema, wanted);
    pickColumns(name, schema, columns);
    for (const column of columns) findColumn(schema, { column, kinds: valueKinds, where: name });
    const select = createSelect(name, columns, predicate);
    let rowsBefore = 0;
    let seen = 0;
    let kept = 0;
    let isAlarmed = false;
    const alarm = (rows: string) => {
      isAlarmed = true;
      (onAlarm ?? tell)(`${name}: kept ${rows}. Check the predicate: ${predicate}`);
    };
    const inner = { ...options, ...(pickFrom && { columns: pickFrom }) };
    for await (const batch of (range && source.openRange?.(range, inner)) ?? source.open(inner)) {
      const refusals = createRefusals(rowsBefore);
      const given: Batch = {
        ...batch,
        selected: select(batch, rowsBefore, badRows === 'return' ? refusals.refuse : undefined),
      };
      rowsBefore += batch.records.numRows;
      seen += batch.selected?.length ?? batch.records.numRows;
      kept += given.selected!.length;
      if (!isAlarmed && seen >= alarmRows && kept < seen * alarmShare) {
        alarm(`${kept === 0 ? 'none' : kept} of the first ${seen} rows`);
      }
      const usable = refusals.count > 0 ? refusals.leaveOut(given) : given;
      const { records } = usable;
      const rest = { ...usable, records: pickColumns(name, records.schema, wanted).apply(records) };
      if (!isEmpty(rest)) yield rest;
    }
    if (!isAlarmed && kept === 0 && seen > 0 && from === null) alarm(`none of ${seen} rows`);
  }

  const made: Source = {
    name,
    get reading() {
      const { reading } = source;
      const filters = [...(reading?.filters ?? []), [[...columns], `${predicate}`]];
      return reading && { ...reading, filters };
    },
    unbounded: source.unbounded === true,
    once: source.once === true,
    schema: (signal) => source.schema(signal),
    // Only reading would tell.
    rows: async () => undefined,
    parts: async () => [source],
    fingerprint: async (signal): Promise<Json> => ({
      format: 'filterRows',
      columns: [...columns],
      predicate: `${predicate}`,
      part: await source.fingerprint(signal),
    }),
    open: (options) => open(options),
    ...(source.openRange && { openRange: (range: ColumnRange, options: OpenOptions) => open(options, range) }),
  };
  // What it leaves out is left out of another place, too.
  return changeable(made, (change) =>
    filterRows(changed(source, change), columns, predicate, { ...(onAlarm && { onAlarm }) }),
  );
}

/** @returns gives the rows of a record batch that the predicate wants; `rowsBefore` number them where they have no origin */
function createSelect(where: string, columns: readonly string[], predicate: RowPredicate) {
  const call = predicate as (...values: Value[]) => unknown;
  const readers = columns.map(numberReader);
  return (batch: Batch, rowsBefore: number, refuse: Refuse | undefined): Uint32Array => {
    const { records, selected } = batch;
    const inputs = columns.map((column, k) => {
      const { index } = findColumn(records.schema, { column, kinds: valueKinds, where });
      return readValues(columnData(records, index), where, readers[k]!);
    });
    const rows = selected?.length ?? records.numRows;
    const kept = new Uint32Array(rows);
    const values = new Array<Value>(inputs.length);
    let count = 0;
    for (let i = 0; i < rows; i++) {
      const row = selected ? selected[i]! : i;
      try {
        for (let k = 0; k < inputs.length; k++) values[k] = inputs[k]!.value(row);
        const isKept = call(...values);
        if (typeof isKept !== 'boolean') throw wrongAnswer(where, isKept);
        if (isKept) kept[count++] = row;
      } catch (error) {
        (refuse ?? failAt(batch, rowsBefore))(noAnswer({ where, row, columns, expected: expectedAnswer }, error));
      }
    }
    return kept.subarray(0, count);
  };
}

const expectedAnswer = 'the predicate to give true or false';

function wrongAnswer(where: string, given: unknown): DataError {
  return new DataError({ where, expected: expectedAnswer, received: shownValue(given), hint: hintOfAnswer(given) });
}
