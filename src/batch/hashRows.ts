import { type Data, type RecordBatch, Type } from 'apache-arrow';
import { mix32 } from '../engine/random.ts';
import { columnKind } from '../preprocess/columnKind.ts';
import { columnData, findColumn } from '../preprocess/findColumn.ts';
import { hashBytes } from '../preprocess/hashBytes.ts';
import { readIndices } from '../preprocess/readIndices.ts';
import { readNumbers } from '../preprocess/readNumbers.ts';
import { stringColumn } from '../preprocess/stringColumn.ts';

const NULL_HASH = 0x6e756c6c;

/**
 * 32 bits a row that depend on the values in some columns (all of them, by default) and on nothing else: strings by their bytes,
 * everything else by its number, so that an int32 5 and a float64 5 are one value. Columns are summed, each mixed with its name, so that
 * their order does not matter.
 *
 * @throws SchemaError where a column is not there or holds something else, such as lists
 */
export function hashRows(records: RecordBatch, by?: readonly string[]): Int32Array {
  const { schema, numRows } = records;
  const names = by ?? schema.fields.map(({ name }) => name);
  const sums = new Int32Array(numRows);
  const column = new Int32Array(numRows);
  const encoder = new TextEncoder();
  for (const name of names) {
    const kinds = ['number', 'boolean', 'string', 'timestamp'] as const;
    const { index } = findColumn(schema, { column: name, kinds, where: 'splitRows', hint: 'Name key columns with by' });
    hashColumn(columnData(records, index), column);
    const bytes = encoder.encode(name);
    const key = hashBytes(bytes, 0, bytes.length);
    for (let i = 0; i < numRows; i++) sums[i] = (sums[i] + mix32(column[i] ^ key)) | 0;
  }
  return sums;
}

function hashColumn(data: Data, out: Int32Array): void {
  if (columnKind(data.type) !== 'string') {
    hashNumbers(data, out);
    return;
  }
  if (data.type.typeId === Type.Dictionary) hashDictionary(data, out);
  else {
    const { bytes, offsets, stride } = stringColumn(data);
    for (let i = 0, at = 0; i < data.length; i++, at += stride) {
      out[i] = hashBytes(bytes, offsets[at], offsets[at + stride]);
    }
  }
  if (data.nullCount === 0) return;
  const { nullBitmap, offset } = data;
  for (let i = 0; i < data.length; i++) {
    if (((nullBitmap[(offset + i) >> 3] >> ((offset + i) & 7)) & 1) === 0) out[i] = NULL_HASH;
  }
}

function hashDictionary(data: Data, out: Int32Array): void {
  const chunks = data.dictionary?.data ?? [];
  const entries = new Int32Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    hashColumn(chunk, entries.subarray(at));
    at += chunk.length;
  }
  const indices = readIndices(data);
  for (let i = 0; i < data.length; i++) out[i] = entries[indices[i]];
}

function hashNumbers(data: Data, out: Int32Array): void {
  const numbers = readNumbers(data);
  const halves = new Int32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    // NaN has many bit patterns, and 0 has two.
    if (Number.isNaN(numbers[i])) out[i] = NULL_HASH;
    else if (numbers[i] === 0) out[i] = 0;
    else out[i] = mix32(halves[2 * i] ^ mix32(halves[2 * i + 1]));
  }
}
