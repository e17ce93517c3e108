import type { Data, RecordBatch } from 'apache-arrow';
import { SchemaError } from '../../errors.ts';
import { shownName } from '../../options/shown.ts';
import { categoryTableOf, INEXACT, MISSING } from '../../source/column/categoryTable.ts';
import type { ColumnKind } from '../../source/column/columnKind.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { viewNumbers } from '../../source/column/readNumbers.ts';
import { createRefusals } from '../../source/column/refusals.ts';
import { failAt, type Refuse } from '../../source/column/rowError.ts';
import type { Batch } from '../../source/types.ts';
import { columnUse, targetUse, usedAs } from '../declare/columnUses.ts';
import {
  type Fitted,
  type FittedCategories,
  type FittedFeature,
  type FittedNumeric,
  numberColumns,
} from '../fit/fitted.ts';
import type { RowLayout } from '../types.ts';
import { inexactValue, largeValue, missingValue } from './badValues.ts';
import type { Counters, EncodeColumn } from './encodeColumn.ts';
import { placeNumber } from './placeNumber.ts';
import { targetColumn } from './targetColumn.ts';
import { vectorColumn } from './vectorColumn.ts';
import { weightColumn } from './weightColumn.ts';

/** Turns the selected rows of record batches into words. It counts rows, for errors: one encoder a stream. */
export interface Encoder {
  /**
   * `[n, layout.words]`, row-major, in memory of its own unless it is reused.
   * @throws DataError at the first value that its use does not allow
   */
  encode(batch: Batch, counters: Counters): Float32Array;
  /** The same of the rows that can be used, and the record batch with the others left out. */
  encodeUsable(batch: Batch, counters: Counters): { readonly words: Float32Array; readonly batch: Batch };
}

/** Rows that all columns write before the next: few enough to stay in the processor's cache meanwhile. */
const BLOCK = 1024;

const FLOAT32_MAX = 3.4028234663852886e38;

/** Compiles what was fitted into one loop a column. */
export function createEncoder(fitted: Fitted, layout: RowLayout, labels: boolean, reuse: boolean): Encoder {
  const wordOf = (kind: string, name: string) =>
    layout.fields.find((field) => field.name === name && kindOf(field) === kind)!.word;
  const columns = fitted.features.map((feature) => {
    const word = wordOf('feature', feature.name);
    const write = featureColumn(feature, word);
    return { use: columnUse(feature.kind, feature.name), type: feature.type, write };
  });
  if (labels) {
    const { target } = fitted;
    const write = targetColumn(target, wordOf('target', target.column));
    columns.push({ use: targetUse(target), type: target.type, write });
  }

  const { weight } = fitted;
  if (labels && weight !== undefined) {
    const write = weightColumn(weight, wordOf('weight', weight));
    columns.push({ use: columnUse('weight', weight), type: 'number', write });
  }

  let used = new Float32Array(0);
  /** Zeros. */
  function take(length: number): Float32Array {
    if (!reuse) return new Float32Array(length);
    if (used.length < length) used = new Float32Array(length);
    return used.subarray(0, length).fill(0);
  }

  function write({ records, selected }: Batch, counters: Counters, refuse: Refuse): Float32Array {
    const n = selected ? selected.length : records.numRows;
    const floats = take(n * layout.words);
    const ints = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
    const work = { n, selected, refuse, floats, ints, stride: layout.words, counters };
    const writers = columns.map(({ use, type, write }) => write(fittedColumn(records, use, type), work));
    for (let begin = 0; begin < n; begin += BLOCK) {
      const end = Math.min(n, begin + BLOCK);
      for (const write of writers) write(begin, end);
    }
    return floats;
  }

  /** Rows of the stream before this record batch. */
  let rowsBefore = 0;
  return {
    encode(batch, counters) {
      const words = write(batch, counters, failAt(batch, rowsBefore));
      rowsBefore += batch.records.numRows;
      return words;
    },
    encodeUsable(batch, counters) {
      const refusals = createRefusals(rowsBefore);
      rowsBefore += batch.records.numRows;
      const counted = { missing: 0, unseen: 0 };
      const words = write(batch, counted, refusals.refuse);
      if (refusals.count === 0) {
        counters.missing += counted.missing;
        counters.unseen += counted.unseen;
        return { words, batch };
      }
      // What is left is written anew: rare, and what was counted of the others does not count.
      const usable = refusals.leaveOut(batch);
      return { words: write(usable, counters, refusals.refuse), batch: usable };
    },
  };
}

/** A column may be a feature and the weight at once. */
function kindOf({ kind }: RowLayout['fields'][number]): string {
  return kind === 'target' || kind === 'weight' ? kind : 'feature';
}

/** The column, which must be of the kind that was fitted on, whatever its encoding or width. */
function fittedColumn(records: RecordBatch, use: ReturnType<typeof columnUse>, type: ColumnKind): Data {
  const { index, kind } = findColumn(records.schema, use);
  if (kind !== type && kind !== 'null') {
    throw new SchemaError({
      where: use.where,
      expected: `column ${shownName(use.column)} to hold ${type}, as it did when it was fitted`,
      received: `${records.schema.fields[index].type}`,
      hint: 'Give the column its former type, or train anew',
    });
  }
  return columnData(records, index);
}

function featureColumn(feature: FittedFeature, word: number): EncodeColumn {
  if (feature.kind === 'numeric') return numericColumn(feature, word);
  if (feature.kind === 'vector') return vectorColumn(feature, word);
  return categoryColumn(feature, word);
}

function numericColumn(feature: FittedNumeric, word: number): EncodeColumn {
  const { kind, name, shift, scale, fill, indicator, clip, edges } = feature;
  let scratch = new Float64Array(0);
  const where = usedAs(kind, name);
  const place = placeNumber(feature);
  const indicated = numberColumns(feature) - 1;
  const isPlain = !clip && !edges;
  return (data, { selected, refuse, floats, stride, counters }) => {
    if (scratch.length < data.length) scratch = new Float64Array(data.length);
    const numbers = viewNumbers(data, scratch);
    return (begin, end) => {
      for (let i = begin; i < end; i++) {
        if (isPlain) i = writeScaled(numbers, selected, shift, scale, floats, word, stride, i, end);
        if (i === end) return;
        const row = selected ? selected[i] : i;
        const at = i * stride + word;
        let value = numbers[row];
        if (Number.isNaN(value)) {
          if (fill === null) {
            refuse(missingValue(where, row));
            continue;
          }
          counters.missing++;
          value = fill;
          if (indicator) floats[at + indicated] = 1;
        }
        if (!place(value, floats, at)) refuse(largeValue(where, row, value));
      }
    };
  };
}

/**
 * Writes numbers up to the first that is missing or, scaled, too large.
 * @returns the position of that one, or `end`
 */
function writeScaled(
  numbers: Float64Array,
  selected: Uint32Array | undefined,
  shift: number,
  scale: number,
  floats: Float32Array,
  word: number,
  stride: number,
  begin: number,
  end: number,
): number {
  for (let i = begin, at = begin * stride + word; i < end; i++, at += stride) {
    const x = (numbers[selected ? selected[i] : i] - shift) / scale;
    if (!(Math.abs(x) <= FLOAT32_MAX)) return i;
    floats[at] = x;
  }
  return end;
}

function categoryColumn({ kind, name, type, missing, values }: FittedCategories, word: number): EncodeColumn {
  const first = missing === 'category' ? 2 : 1;
  const table = categoryTableOf(type, values);
  let ids = new Int32Array(0);
  const where = usedAs(kind, name);
  return (data, { n, selected, refuse, ints, stride, counters }) => {
    if (ids.length < n) ids = new Int32Array(n);
    table.read(data, selected, ids, false);
    return (begin, end) => {
      for (let i = begin, at = begin * stride + word; i < end; i++, at += stride) {
        const id = ids[i];
        if (id >= 0) ints[at] = id + first;
        else if (id === MISSING) {
          if (missing === 'error') {
            refuse(missingValue(where, selected ? selected[i] : i));
            continue;
          }
          counters.missing++;
          ints[at] = missing === 'category' ? 1 : 0;
        } else if (id === INEXACT) refuse(inexactValue(where, selected ? selected[i] : i));
        else {
          counters.unseen++;
          ints[at] = 0;
        }
      }
    };
  };
}
