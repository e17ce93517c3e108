import { type Data, type FixedSizeList, type RecordBatch, Type } from 'apache-arrow';
import { recentNumbers } from '../preprocess/fit/recentNumbers.ts';
import { findColumn } from '../source/column/findColumn.ts';
import { hashBytes } from '../source/column/hashBytes.ts';
import { readIndices } from '../source/column/readIndices.ts';
import { viewNumbers } from '../source/column/readNumbers.ts';
import { stringColumn } from '../source/column/stringColumn.ts';
import { hashNumber } from './hashNumber.ts';

const NULL_HASH = 0x6e756c6c;

/** Gives 32 bits a row; the array is borrowed: valid until the next record batch. */
export type RowHasher = (records: RecordBatch) => Int32Array;

/**
 * Makes a function that hashes rows by the values in some columns (all of them, by default) and by nothing else: strings by their bytes,
 * lists by their numbers in order, everything else by its number, so that an int32 5 and a float64 5 are one value. Columns are summed,
 * each mixed with its name, so that their order does not matter. Mix the sum once more before you use a part of it.
 *
 * The function throws a SchemaError where a column is not there or holds something else, such as structs.
 */
export function createRowHasher(by?: readonly string[]): RowHasher {
  const encoder = new TextEncoder();
  let [all, hashes] = [new Int32Array(0), new Int32Array(0)];
  return ({ schema, data, numRows }) => {
    if (hashes.length < numRows) [all, hashes] = [new Int32Array(numRows), new Int32Array(numRows)];
    const sums = all.subarray(0, numRows).fill(0);
    for (const name of by ?? schema.fields.map((field) => field.name)) {
      const kinds = ['number', 'boolean', 'string', 'timestamp', 'list'] as const;
      const hint = 'Name key columns with by';
      const { index, kind } = findColumn(schema, { column: name, kinds, where: 'splitRows', hint });
      const column = data.children[index];
      const bytes = encoder.encode(name);
      const key = hashBytes(bytes, 0, bytes.length) | 0;
      if (kind === 'string' || kind === 'list') {
        if (kind === 'list') hashLists(column, hashes);
        else hashStrings(column, hashes);
        replaceNulls(column, hashes);
        addHashes(sums, hashes, key, numRows);
      } else {
        const numbers = recentNumbers(column);
        if (holdsPlain(column)) addPlain(sums, numbers, key);
        else addNumbers(sums, numbers, key);
      }
    }
    return sums;
  };
}

/** Whether no value is NaN or -0. */
function holdsPlain({ type: { typeId }, nullCount }: Data): boolean {
  return nullCount === 0 && (typeId === Type.Int || typeId === Type.Timestamp);
}

/** As `addNumbers`, of numbers among which there is neither NaN nor -0. */
function addPlain(sums: Int32Array, numbers: Float64Array, key: number): void {
  const halves = new Int32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
  for (let i = 0, at = 0; i < numbers.length; i++, at += 2) {
    let hash = Math.imul(halves[at + 1] ^ key, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ halves[at], 0xc2b2ae35);
    sums[i] += hash ^ (hash >>> 16);
  }
}

function addNumbers(sums: Int32Array, numbers: Float64Array, key: number): void {
  const halves = new Int32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
  for (let i = 0; i < numbers.length; i++) sums[i] += hashNumber(halves, i, key);
}

function addHashes(sums: Int32Array, hashes: Int32Array, key: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const hash = Math.imul(hashes[i] ^ key, 0xc2b2ae35);
    sums[i] += hash ^ (hash >>> 16);
  }
}

function hashStrings(data: Data, out: Int32Array): void {
  const { length } = data;
  if (data.type.typeId === Type.Dictionary) hashDictionary(data, out);
  else {
    const { bytes, offsets, stride } = stringColumn(data);
    for (let i = 0, at = stride, from = offsets[0]; i < length; i++, at += stride) {
      const to = offsets[at];
      out[i] = hashBytes(bytes, from, to);
      from = to;
    }
  }
}

function replaceNulls({ length, nullBitmap, nullCount, offset }: Data, out: Int32Array): void {
  if (nullCount === 0) return;
  for (let i = 0; i < length; i++) {
    if (((nullBitmap[(offset + i) >> 3] >> ((offset + i) & 7)) & 1) === 0) out[i] = NULL_HASH;
  }
}

function hashDictionary(data: Data, out: Int32Array): void {
  const chunks = data.dictionary?.data ?? [];
  const entries = new Int32Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    hashStrings(chunk, entries.subarray(at));
    replaceNulls(chunk, entries.subarray(at));
    at += chunk.length;
  }
  const indices = readIndices(data);
  for (let i = 0; i < data.length; i++) out[i] = entries[indices[i]];
}

/** Numbers of lists that are turned to float64 at once, where one list has not more. */
const ITEMS_AT_ONCE = 1 << 16;

/** 32 bits for each list of a column, of its length and its numbers in order, each mixed with those before it; anything for nulls. */
function hashLists({ type, length, valueOffsets, children: [items] }: Data, out: Int32Array): void {
  const size = type.typeId === Type.FixedSizeList ? (type as FixedSizeList).listSize : undefined;
  const startOf = (row: number) => (size === undefined ? Number(valueOffsets[row]) : row * size);
  for (let from = 0; from < length; ) {
    const first = startOf(from);
    let to = from + 1;
    while (to < length && startOf(to + 1) - first <= ITEMS_AT_ONCE) to++;
    const numbers = viewNumbers(items.slice(first, startOf(to) - first));
    const halves = new Int32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
    for (let row = from; row < to; row++) {
      const [begin, end] = [startOf(row) - first, startOf(row + 1) - first];
      let hash = end - begin;
      for (let i = begin; i < end; i++) hash = hashNumber(halves, i, hash);
      out[row] = hash;
    }
    from = to;
  }
}
