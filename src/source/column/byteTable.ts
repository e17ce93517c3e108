import { EXACT_BYTES, hashBytes } from './hashBytes.ts';
import { createShortTable, type ShortTable } from './shortTable.ts';
import type { StringColumn } from './stringColumn.ts';

/** Strings as bytes, numbered from 0 in the order in which they are added. Looked up without decoding. */
export interface ByteTable {
  readonly size: number;
  /** The number of `bytes[from ... to]`, which is added when it is not there. */
  add(bytes: Uint8Array, from: number, to: number): number;
  /**
   * Writes the numbers of strings `rows[0 ... n]` (of the first `n`, without `rows`) to `ids`; -1 where one is not there.
   * @returns whether all are there
   */
  find(column: StringColumn, rows: Uint32Array | undefined, n: number, ids: Int32Array): boolean;
  /** The string of a number. */
  text(id: number): string;
}

/** Open addressing with linear probing, at most half full. String `id` is `bytes[ends[id] ... ends[id + 1]]`. */
interface Slots {
  readonly slots: Int32Array;
  readonly hashes: Int32Array;
  readonly ends: Int32Array;
  readonly bytes: Uint8Array;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Makes an empty table. */
export function createByteTable(): ByteTable {
  let size = 0;
  const short = createShortTable();
  let table: Slots = {
    slots: new Int32Array(64).fill(-1),
    hashes: new Int32Array(32),
    ends: new Int32Array(33),
    bytes: new Uint8Array(512),
  };

  function insert(hash: number, source: Uint8Array, from: number, to: number): number {
    const end = table.ends[size] + to - from;
    if (size === table.hashes.length) table = moreSlots(table, size);
    if (end > table.bytes.length) {
      const bytes = new Uint8Array(2 * end);
      bytes.set(table.bytes);
      table = { ...table, bytes };
    }
    table.bytes.set(source.subarray(from, to), table.ends[size]);
    table.hashes[size] = hash;
    table.slots[freeSlot(table.slots, hash)] = size;
    table.ends[size + 1] = end;
    short.add(source, from, to, size);
    return size++;
  }

  return {
    get size() {
      return size;
    },
    add(bytes, from, to) {
      const hash = hashBytes(bytes, from, to) | 0;
      const id = findOne(table, hash, bytes, from, to);
      return id >= 0 ? id : insert(hash, bytes, from, to);
    },
    find: (column, rows, n, ids) => findAll(table, short, column, rows, n, ids),
    text: (id) => decoder.decode(table.bytes.subarray(table.ends[id], table.ends[id + 1])),
  };
}

/** Columns of codes of two or three letters are common: those do not pay for what longer strings need. */
function findAll(
  table: Slots,
  short: ShortTable,
  column: StringColumn,
  rows: Uint32Array | undefined,
  n: number,
  ids: Int32Array,
): boolean {
  const { bytes, offsets, stride } = column;
  const found = short.find(column, rows, n, ids);
  // The sign of all of them together: set where one is -1.
  let signs = 0;
  for (let i = 0; i < found; i++) signs |= ids[i];
  for (let i = found; i < n; i++) {
    const at = (rows ? rows[i] : i) * stride;
    const from = offsets[at];
    const to = offsets[at + stride];
    ids[i] = findOne(table, hashBytes(bytes, from, to) | 0, bytes, from, to);
    signs |= ids[i];
  }
  return signs >= 0;
}

function findOne(table: Slots, hash: number, source: Uint8Array, from: number, to: number): number {
  const { slots, hashes, ends } = table;
  const mask = slots.length - 1;
  const length = to - from;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const id = slots[slot];
    if (id < 0) return -1;
    if (hashes[id] !== hash || ends[id + 1] - ends[id] !== length) continue;
    if (length <= EXACT_BYTES || isEqual(table.bytes, ends[id], source, from, length)) return id;
  }
}

function isEqual(a: Uint8Array, aFrom: number, b: Uint8Array, bFrom: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aFrom + i] !== b[bFrom + i]) return false;
  return true;
}

function freeSlot(slots: Int32Array, hash: number): number {
  const mask = slots.length - 1;
  let slot = hash & mask;
  while (slots[slot] >= 0) slot = (slot + 1) & mask;
  return slot;
}

function moreSlots({ hashes, ends, bytes }: Slots, size: number): Slots {
  const larger = {
    slots: new Int32Array(4 * size).fill(-1),
    hashes: new Int32Array(2 * size),
    ends: new Int32Array(2 * size + 1),
    bytes,
  };
  larger.hashes.set(hashes);
  larger.ends.set(ends);
  for (let id = 0; id < size; id++) larger.slots[freeSlot(larger.slots, hashes[id])] = id;
  return larger;
}
