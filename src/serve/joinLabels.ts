import {
  Bool,
  type DataType,
  Field,
  Float64,
  type RecordBatch,
  type Schema,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow';
import { DataError, SchemaError } from '../errors.ts';
import type { Json } from '../json.ts';
import { aFunction, columnName, listOf, required } from '../options/bounds.ts';
import { checkOption, checkOptions } from '../options/checkOptions.ts';
import { shownName, shownNames, shownValue } from '../options/shown.ts';
import { appendColumns, appendFields } from '../preprocess/derive/appendColumns.ts';
import { columnData, findColumn } from '../source/column/findColumn.ts';
import { numberReader, readValues, type Value, valueKinds } from '../source/column/readValues.ts';
import { packColumn } from '../source/memory/packColumn.ts';
import { pickColumns } from '../source/pickColumns.ts';
import { sourceBound } from '../source/sourceBound.ts';
import type { Batch, ColumnRange, OpenOptions, Source } from '../source/types.ts';
import { OWN } from './logLayout.ts';

/** The options of `joinLabels`. */
export interface JoinLabelsOptions {
  /** The columns that say which label belongs to which row; both have them. At least one. */
  readonly on: readonly string[];
  /**
   * The columns of the labels that are taken.
   * @default all but `on`
   */
  readonly labels?: readonly string[];
  /** Is told of what has found its label, when all rows have been read. */
  readonly onJoined?: (counts: JoinCounts) => void;
}

/** What a join has found. */
export interface JoinCounts {
  /** Rows of the log that have a label. */
  readonly joined: number;
  /** Rows of the log that have none, yet or for ever. */
  readonly withoutLabel: number;
  /** Keys with a label that no row of the log has. */
  readonly unusedLabels: number;
}

/**
 * The rows of a log of requests that have a label by now, each with its label: what a job can train on, so that the model learns from exactly what
 * it is asked.
 *
 * The labels are held in memory, the log streams. Values of the key are compared as text: 7 and '7' are the same. A row whose key is asked for
 * twice comes twice; one without a key has no label. Rows of shadows, `served_role` other than `answer`, are left out.
 *
 * @param log what `serve` has written, or any other source
 * @param labels a source with the same key
 * @throws SchemaError when it is read, where a column is not there, or both have one
 * @throws DataError when it is read, where a key has two different labels, or no row has one
 * @example
 * ```ts
 * const labelled = joinLabels(
 *   files('asked/flats/*.parquet', (path) => parquet(path)),
 *   csv('sold.csv'),
 *   { on: ['id'] },
 * );
 * console.log(await labelled.schema());
 * ```
 */
export function joinLabels(log: Source, labels: Source, options: JoinLabelsOptions): Source {
  checkOption('joinLabels: log', log, sourceBound);
  checkOption('joinLabels: labels', labels, sourceBound);
  checkOptions<JoinLabelsOptions>('joinLabels', options, {
    on: required(listOf('columns', columnName, 1)),
    labels: listOf('columns', columnName, 1),
    onJoined: aFunction(),
  });
  const { on, onJoined } = options;
  const name = `${log.name} with labels of ${labels.name}`;

  /** The columns of the labels that are taken, as they are in what is joined. */
  async function fieldsOf(theirs: Schema): Promise<readonly Field[]> {
    const own = await labels.schema();
    const wanted = options.labels ?? own.fields.map((field) => field.name).filter((each) => !on.includes(each));
    const clash = wanted.filter((each) => theirs.fields.some((field) => field.name === each));
    if (wanted.length === 0 || clash.length > 0) {
      throw new SchemaError({
        where: labels.name,
        expected:
          wanted.length === 0 ? `columns beside ${shownNames(on)}` : `labels that are not called as columns of the log`,
        received: wanted.length === 0 ? 'none' : shownNames(clash),
        ...(clash.length > 0 && { hint: 'Say which columns are labels, or rename those' }),
      });
    }
    return wanted.map((column) => {
      const { kind } = findColumn(own, { column, kinds: valueKinds, where: labels.name });
      return new Field(column, typeOf[kind as keyof typeof typeOf](), true);
    });
  }

  async function schema(signal?: AbortSignal): Promise<Schema> {
    const theirs = await log.schema(signal);
    return appendFields(theirs, await fieldsOf(theirs));
  }

  async function* open({ columns, ...rest }: OpenOptions, range?: ColumnRange): AsyncGenerator<Batch> {
    const { signal, from = null } = rest;
    const theirs = await log.schema(signal);
    const fields = await fieldsOf(theirs);
    pickColumns(name, appendFields(theirs, fields), columns);
    const known = await readLabels(labels, on, fields, signal);
    const isOfLog = theirs.fields.some((field) => field.name === ROLE);
    const needed = isOfLog ? [...on, ROLE] : on;
    const own = columns?.filter((column) => !fields.some((field) => field.name === column));
    const inner = { ...rest, ...(own && { columns: [...new Set([...own, ...needed])] }) };
    const used = new Set<number>();
    let [joined, withoutLabel] = [0, 0];
    let unlabelled: string | undefined;
    for await (const batch of (range && log.openRange?.(range, inner)) ?? log.open(inner)) {
      const { records } = batch;
      const keyOf = keyReader(log.name, records, on);
      const role = isOfLog ? valuesOf(log.name, records, ROLE) : () => 'answer';
      const at = new Int32Array(records.numRows).fill(-1);
      const rows = batch.selected ?? Uint32Array.from({ length: records.numRows }, (_, row) => row);
      const answers = rows.filter((row) => role(row) === 'answer');
      const selected = answers.filter((row) => {
        const key = keyOf(row);
        at[row] = (key === undefined ? undefined : known.rows.get(key)) ?? -1;
        if (at[row]! < 0) unlabelled ??= key;
        else used.add(at[row]!);
        return at[row]! >= 0;
      });
      joined += selected.length;
      withoutLabel += answers.length - selected.length;
      if (selected.length === 0) continue;
      const added = fields.map(({ type }, c) =>
        packColumn(
          Array.from(at, (row) => (row < 0 ? null : known.values[c]![row])),
          type,
        ),
      );
      const all = appendColumns(records, fields, added);
      yield { ...batch, selected, records: pickColumns(name, all.schema, columns).apply(all) };
    }
    if (from !== null || range) return;
    if (joined === 0 && withoutLabel > 0 && known.rows.size > 0) {
      throw new DataError({
        where: name,
        expected: `rows whose ${shownNames(on)} has a label`,
        received: `none of ${withoutLabel}: ${shown(unlabelled)} is asked, ${shown([...known.rows.keys()][0])} has a label`,
      });
    }
    onJoined?.({ joined, withoutLabel, unusedLabels: known.rows.size - used.size });
  }

  return {
    name,
    unbounded: log.unbounded === true,
    once: log.once === true || labels.once === true,
    schema,
    // Only reading would tell.
    rows: async () => undefined,
    parts: async () => [log, labels],
    fingerprint: async (signal): Promise<Json> => ({
      format: 'joinLabels',
      on: [...on],
      labels: options.labels ? [...options.labels] : null,
      parts: [await log.fingerprint(signal), await labels.fingerprint(signal)],
    }),
    open: (options) => open(options),
    ...(log.openRange && { openRange: (range: ColumnRange, options: OpenOptions) => open(options, range) }),
  };
}

const ROLE = `${OWN}role`;

const typeOf = {
  number: () => new Float64(),
  boolean: () => new Bool(),
  string: () => new Utf8(),
  timestamp: () => new TimestampMillisecond(),
} satisfies Readonly<Record<(typeof valueKinds)[number], () => DataType>>;

interface Labels {
  /** Where the labels of a key stand. */
  readonly rows: ReadonlyMap<string, number>;
  /** By column. */
  readonly values: readonly (readonly unknown[])[];
}

/** @throws DataError where a key has two different labels */
async function readLabels(
  labels: Source,
  on: readonly string[],
  fields: readonly Field[],
  signal: AbortSignal,
): Promise<Labels> {
  const rows = new Map<string, number>();
  const values: unknown[][] = fields.map(() => []);
  const columns = [...on, ...fields.map((field) => field.name)];
  for await (const { records, selected } of labels.open({ signal, columns })) {
    const keyOf = keyReader(labels.name, records, on);
    const readers = fields.map((field) => valuesOf(labels.name, records, field.name));
    for (let i = 0; i < (selected?.length ?? records.numRows); i++) {
      const row = selected?.[i] ?? i;
      const key = keyOf(row);
      if (key === undefined) continue;
      const before = rows.get(key);
      for (const [c, read] of readers.entries()) {
        const value = read(row);
        if (before === undefined) values[c]!.push(value);
        else if (values[c]![before] !== value) {
          throw new DataError({
            where: `${labels.name}: ${shownNames(on)} ${shown(key)}`,
            column: fields[c]!.name,
            expected: `one ${shownName(fields[c]!.name)} for each`,
            received: `${shownValue(values[c]![before])} and ${shownValue(value)}`,
          });
        }
      }
      if (before === undefined) rows.set(key, rows.size);
    }
  }
  // A point in time is one again.
  for (const [c, { type }] of fields.entries()) {
    if (type instanceof TimestampMillisecond) {
      values[c] = values[c]!.map((ms) => (ms === null ? null : new Date(ms as number)));
    }
  }
  return { rows, values };
}

function valuesOf(where: string, records: RecordBatch, column: string): (row: number) => Value {
  const { index } = findColumn(records.schema, { column, kinds: valueKinds, where });
  return readValues(columnData(records, index), where, numberReader()).value;
}

/** The key of a row as one text; undefined where a part of it is missing. */
function keyReader(where: string, records: RecordBatch, on: readonly string[]): (row: number) => string | undefined {
  const readers = on.map((column) => valuesOf(where, records, column));
  return (row) => {
    const parts = readers.map((read) => read(row));
    return parts.includes(null) ? undefined : parts.join('\0');
  };
}

function shown(key: string | undefined): string {
  return key === undefined ? 'nothing' : shownValue(key.replaceAll('\0', ', '));
}
