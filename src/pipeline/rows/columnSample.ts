import type { Data } from 'apache-arrow';
import { takeRows } from '../../batch/takeRows.ts';
import { mix32 } from '../../engine/random.ts';
import { columnUse, targetUse } from '../../preprocess/declare/columnUses.ts';
import type { ColumnSample } from '../../preprocess/fit/findLeaks.ts';
import type { FitterOptions } from '../../preprocess/fit/fitter.ts';
import { type CategoryTable, createCategoryTable } from '../../source/column/categoryTable.ts';
import type { ColumnKind } from '../../source/column/columnKind.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { readNumbers } from '../../source/column/readNumbers.ts';
import { pickColumns } from '../../source/pickColumns.ts';
import type { Batch } from '../../source/types.ts';

/** Numbers of all columns that are kept for good, and the bounds of their rows. */
const KEPT = 1 << 18;
const [LEAST_ROWS, MOST_ROWS] = [256, 8_192];

/** Keeps each row with the same probability, in bounded memory: at the end about so many as fit, up to twice as many, or all. */
export interface SampledColumns {
  /** Takes in the selected rows of a record batch that has all columns. */
  add(batch: Batch): void;
  finish(): ColumnSample;
}

/** Samples the target and the features of one value; vectors are left out. The same rows in the same order give the same sample. */
export function createColumnSample({ features, target }: Pick<FitterOptions, 'features' | 'target'>): SampledColumns {
  const sampled = Object.entries(features).filter(([, { kind }]) => kind !== 'vector');
  const hasNumbers = target.kind === 'regression' || (target.kind === 'binary' && target.positive === undefined);
  const columns = [
    { name: target.column, use: targetUse(target), isNumber: hasNumbers },
    ...sampled.map(([name, { kind }]) => ({ name, use: columnUse(kind, name), isNumber: kind === 'numeric' })),
  ].map(({ isNumber, ...column }) => {
    return { ...column, read: isNumber ? (data: Data) => readNumbers(data) : categoryReader() };
  });
  const names = columns.map(({ name }) => name);
  const most = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, Math.floor(KEPT / columns.length)));
  let level = 0;
  let rowsBefore = 0;
  let chunks: { readonly places: Float64Array; readonly columns: readonly Float64Array[] }[] = [];

  function thin(): void {
    chunks = chunks.flatMap(({ places, columns }) => {
      const kept = chosen(places, level);
      const left = (values: Float64Array) => taken(values, kept);
      return kept.length > 0 ? [{ places: left(places), columns: columns.map(left) }] : [];
    });
    level++;
  }

  return {
    add({ records, selected }) {
      const count = selected ? selected.length : records.numRows;
      const begin = rowsBefore;
      rowsBefore += count;
      // Before any value is copied.
      while (rowsBefore / 2 ** level > 2 * most) thin();
      const places = placesIn(begin, rowsBefore, level);
      const n = places.length;
      if (n === 0) return;
      const rows = new Uint32Array(n);
      for (let i = 0; i < n; i++) rows[i] = selected ? selected[places[i] - begin] : places[i] - begin;
      // Without the columns that rows cannot be taken of.
      const picked = pickColumns('sample', records.schema, names).apply(records);
      const few = takeRows({ records: picked, cursor: null, selected: rows });
      chunks.push({
        places,
        columns: columns.map(({ use, read }) => {
          const { index, kind } = findColumn(few.records.schema, use);
          const values = read(columnData(few.records, index), kind);
          return few.selected ? taken(values, few.selected) : values.slice(0, n);
        }),
      });
    },
    finish() {
      const [labels, ...values] = columns.map((_, k) => joined(chunks.map(({ columns }) => columns[k])));
      const kinds = sampled.map(([name, { kind }]) => ({
        name,
        kind: kind === 'numeric' ? ('numbers' as const) : ('categories' as const),
      }));
      return {
        rows: labels.length,
        target: labels,
        features: kinds.map((each, k) => ({ ...each, values: values[k] })),
      };
    },
  };
}

/** Of each block of `2^level` rows one is kept: that of the half which chance chooses, of this half the same, and so on. */
function placesIn(begin: number, end: number, level: number): Float64Array {
  const places: number[] = [];
  for (let block = Math.floor(begin / 2 ** level); block * 2 ** level < end; block++) {
    let place = block;
    for (let at = level; at > 0; at--) place = 2 * place + choice(place, at);
    if (place >= begin && place < end) places.push(place);
  }
  return Float64Array.from(places);
}

/** Those of the places of a level that are places of the next one, too. */
function chosen(places: Float64Array, level: number): Uint32Array {
  const kept = new Uint32Array(places.length);
  let count = 0;
  for (let i = 0; i < places.length; i++) {
    const block = Math.floor(places[i] / 2 ** level);
    if (block % 2 === choice(Math.floor(block / 2), level + 1)) kept[count++] = i;
  }
  return kept.subarray(0, count);
}

function taken(values: Float64Array, rows: Uint32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]];
  return out;
}

/** Which half of a block is kept: 0 or 1. */
function choice(block: number, level: number): number {
  return mix32((block | 0) ^ Math.imul(level, 0x9e3779b1)) >>> 31;
}

/** Reads the numbers of categories; NaN for a missing one. */
function categoryReader(): (data: Data, kind: ColumnKind) => Float64Array {
  let table: CategoryTable | undefined;
  return (data, kind) => {
    const ids = new Int32Array(data.length);
    if (kind === 'null') return new Float64Array(data.length).fill(Number.NaN);
    table ??= createCategoryTable(kind);
    table.read(data, undefined, ids, true);
    const numbers = new Float64Array(ids.length);
    for (let i = 0; i < ids.length; i++) numbers[i] = ids[i] < 0 ? Number.NaN : ids[i];
    return numbers;
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
