import {
  type Data,
  type DataType,
  type Field,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  vectorFromArray,
} from 'apache-arrow';
import { OptionError, SchemaError } from '../errors.ts';
import {
  abortSignal,
  aFunction,
  bound,
  columnName,
  flag,
  integer,
  isObject,
  listOf,
  oneOf,
} from '../options/bounds.ts';
import { checkOption, checkOptions } from '../options/checkOptions.ts';
import { didYouMean } from '../options/didYouMean.ts';
import { shownName, shownNames } from '../options/shown.ts';
import type { Derivation } from '../preprocess/derive/derivation.ts';
import { deriveBatch } from '../preprocess/derive/deriveBatch.ts';
import type { Counters } from '../preprocess/encode/encodeColumn.ts';
import { sourceBound } from '../source/sourceBound.ts';
import type { BadRow, Batch, Cursor, OpenOptions, Source } from '../source/types.ts';
import type { Answers } from './predictions.ts';
import type { SavedModel } from './savedModel.ts';
import type { ModelColumn } from './schema.ts';

export interface PredictOptions {
  /**
   * Columns of the source that are given back beside the predictions, in this order.
   * @default []
   */
  readonly keep?: readonly string[];
  /**
   * Of a target of more than two classes: so many of the most probable in place of all, as columns `top_1`, `top_1_probability`, `top_2` ...; an integer, up
   * to the number of classes.
   * @default all
   */
  readonly top?: number;
  /**
   * What happens at a row that cannot be used: an error, or the row is left out and reported.
   * @default 'fail'
   */
  readonly badRows?: 'fail' | 'skip';
  /**
   * Is added to: values replaced because they were missing, and categories that training has not seen.
   * @default counted by nobody
   */
  readonly counters?: Counters;
  /**
   * The place in the source to begin at, as `onPlace` has told it.
   * @default the beginning
   */
  readonly from?: Cursor;
  /**
   * Receives the place of each record batch, before the batch: plain JSON, from which `from` goes on with the first of its rows, of a source that can be
   * read again. All rows before are in the record batches that came before.
   */
  readonly onPlace?: (cursor: Cursor) => void;
  /**
   * Predicts for rows of text as soon as no more bytes are there, rather than wait for many: of a pipe.
   * @default false
   */
  readonly asTheyCome?: boolean;
  /** Called for each row that is left out. */
  readonly onBadRow?: (row: BadRow) => void;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
  /**
   * Receives warnings, a line of text each: what looks wrong and stops nothing.
   * @default a warning of the process
   */
  readonly tell?: OpenOptions['tell'];
}

/** What of a model predicts for record batches. */
export interface BatchPredictor {
  readonly where: string;
  readonly saved: SavedModel;
  readonly columns: readonly ModelColumn[];
  readonly derivations: readonly Derivation[];
  readonly answers: Answers;
  forward(words: Float32Array, n: number): Float64Array;
}

/** See `Model.predict`. */
export async function* predictSource(
  { where, saved, columns, derivations, answers: all, forward }: BatchPredictor,
  source: Source,
  options: PredictOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  checkOption('predict: source', source, sourceBound);
  checkOptions<PredictOptions>('predict', options, {
    keep: listOf('columns', columnName),
    top: integer({ least: 1 }),
    badRows: oneOf('fail', 'skip'),
    counters: bound('an object { missing, unseen }', isObject),
    from: bound('a place, as onPlace tells it', (value) => value !== undefined),
    onPlace: aFunction(),
    asTheyCome: flag,
    onBadRow: aFunction(),
    signal: abortSignal,
    tell: aFunction(),
  });
  const {
    keep = [],
    top,
    badRows = 'fail',
    counters = { missing: 0, unseen: 0 },
    from = null,
    onPlace,
    asTheyCome = false,
    onBadRow,
    signal = new AbortController().signal,
    tell,
  } = options;
  const answers = top === undefined ? all : all.ofTop(top);
  const clash = keep.find((name) => answers.names.includes(name));
  if (clash !== undefined) {
    throw new OptionError({
      where: 'predict: keep',
      expected: `columns that are not called as those of a prediction: ${shownNames(answers.names)}`,
      received: shownName(clash),
    });
  }
  const { fields: own } = await source.schema(signal);
  const wanted = readable(where, source.name, own, [...columns.map(({ name }) => name), ...keep]);
  const mode = badRows === 'skip' ? 'return' : 'throw';
  const encoder = saved.preprocessor.encoder({ labels: false, reuse: true });
  const metadata = new Map([
    ['millrace.model', saved.name],
    ['millrace.hash', saved.hash],
  ]);
  const recordBatch = (fields: Field[], children: Data[], length: number): RecordBatch =>
    new RecordBatch(
      new Schema(fields, metadata),
      makeData({ type: new Struct(fields), length, nullCount: 0, children }),
    );
  let rowsBefore = 0;
  let isEmpty = true;
  const open = { signal, columns: wanted, badRows: mode, from, asTheyCome, ...(tell && { tell }) } as const;
  for await (const batch of source.open(open)) {
    onPlace?.(batch.cursor);
    let usable: Batch = derivations.reduce(
      (each, derivation) => deriveBatch(each, derivation, mode, rowsBefore),
      batch,
    );
    let words: Float32Array;
    if (mode === 'throw') words = encoder.encode(usable, counters);
    else ({ words, batch: usable } = encoder.encodeUsable(usable, counters));
    rowsBefore += batch.records.numRows;
    for (const row of usable.refused ?? []) onBadRow?.(row);
    const n = usable.selected?.length ?? usable.records.numRows;
    if (n === 0) continue;
    const kept = keep.map((name) => keptColumn(batch.records, name, usable.selected));
    const fields = [...kept.map(({ field }) => field), ...answers.fields()];
    const children = [...kept.map(({ data }) => data), ...answers.columns(forward(words, n), n)];
    isEmpty = false;
    yield recordBatch(fields, children, n);
  }
  if (!isEmpty) return;
  // Whoever writes them down needs the names all the same.
  const kept = keep.map((name) => own.find((field) => field.name === name) as Field);
  const fields = [...kept, ...answers.fields()];
  const children = [...kept.map(({ type }) => makeEmpty(type)), ...answers.columns(new Float64Array(0), 0)];
  yield recordBatch(fields, children, 0);
}

function makeEmpty(type: DataType): Data {
  return vectorFromArray([], type).data[0] as Data;
}

/** The columns, in the order of the source, so that a reader finds them side by side. */
function readable(
  where: string,
  source: string,
  fields: readonly Field[],
  columns: readonly string[],
): readonly string[] {
  const names = fields.map(({ name }) => name);
  for (const column of columns) {
    if (names.includes(column)) continue;
    throw new SchemaError({
      where: `${source}, for ${where}`,
      expected: `a column ${shownName(column)}`,
      received: names.length > 0 ? `the columns ${shownNames(names)}` : 'no columns',
      hint: didYouMean(column, names),
    });
  }
  return names.filter((name) => columns.includes(name));
}

/** A column as it came, or its rows that are meant. */
function keptColumn(
  records: RecordBatch,
  name: string,
  selected: Uint32Array | undefined,
): { readonly field: Field; readonly data: Data } {
  const index = records.schema.fields.findIndex((field) => field.name === name);
  const field = records.schema.fields[index] as Field;
  if (!selected) return { field, data: records.data.children[index] as Data };
  const column = records.getChildAt(index);
  const values = Array.from(selected, (row) => column?.get(row) ?? null);
  const data = vectorFromArray(values, field.type).data[0] as Data;
  return { field, data };
}
