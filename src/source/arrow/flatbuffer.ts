import { ArrowDamage } from './arrowDamage.ts';
/**
 * Finds its way in a flatbuffer. Tables and slots are as in the schema language: the slot is the number of a field in its table.
 * Nothing here is believed: every read beyond the end throws, and so does more than the bytes could hold.
 *
 * @see https://flatbuffers.dev/internals
 */
export interface Flatbuffer {
  /** The first table. */
  readonly root: number;
  /** Whether a field is there. */
  has(table: number, slot: number): boolean;
  /** A number of so many bytes, with its sign, or what the schema language has where there is none. */
  integer(table: number, slot: number, bytes: 1 | 2 | 4 | 8, otherwise?: number): number;
  table(table: number, slot: number): number | undefined;
  /** Where the structs of a list are, each of so many bytes, and how many of them. */
  list(table: number, slot: number, elementBytes: number): { readonly at: number; readonly length: number };
  tables(table: number, slot: number): readonly number[];
  string(table: number, slot: number): string;
  /** A number at a place, as a list gives it. */
  integerAt(at: number, bytes: 1 | 2 | 4 | 8): number;
}

/** How often as many bytes as there are may lie on top of each other. Writers may write a name that is there often once. */
const mostSharing = 16;

export function openFlatbuffer(bytes: Uint8Array): Flatbuffer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = mostSharing * bytes.length;

  function within(at: number, length: number): number {
    if (!(at >= 0 && at + length <= bytes.length)) throw new ArrowDamage('metadata that points beyond its end');
    return at;
  }

  /** Of lists and tables that lie on top of each other, a few bytes could make any number. */
  function spend(length: number): void {
    left -= length;
    if (left < 0) throw new ArrowDamage('more in the metadata than its bytes can hold');
  }

  function integerAt(at: number, length: 1 | 2 | 4 | 8): number {
    within(at, length);
    if (length === 1) return view.getInt8(at);
    if (length === 2) return view.getInt16(at, true);
    if (length === 4) return view.getInt32(at, true);
    const value = view.getUint32(at, true) + view.getInt32(at + 4, true) * 2 ** 32;
    if (!Number.isSafeInteger(value)) throw new ArrowDamage(`${view.getBigInt64(at, true)} in the metadata`);
    return value;
  }

  /** The place of a field, or undefined. */
  function place(table: number, slot: number): number | undefined {
    const slots = table - integerAt(table, 4);
    const at = 4 + 2 * slot;
    within(slots, 4);
    if (at + 2 > view.getUint16(slots, true)) return undefined;
    const offset = view.getUint16(within(slots + at, 2), true);
    return offset === 0 ? undefined : table + offset;
  }

  function follow(at: number): number {
    return within(at + view.getUint32(within(at, 4), true), 4);
  }

  function list(table: number, slot: number, elementBytes: number): { at: number; length: number } {
    const found = place(table, slot);
    if (found === undefined) return { at: 0, length: 0 };
    const at = follow(found);
    const length = view.getUint32(at, true);
    if (at + 4 + length * elementBytes > bytes.length) throw new ArrowDamage(`a list of ${length} in the metadata`);
    spend(4 + length * elementBytes);
    return { at: at + 4, length };
  }

  return {
    root: follow(0),
    has: (table, slot) => place(table, slot) !== undefined,
    integer(table, slot, length, otherwise = 0) {
      const found = place(table, slot);
      return found === undefined ? otherwise : integerAt(found, length);
    },
    table(table, slot) {
      const found = place(table, slot);
      if (found === undefined) return undefined;
      spend(4);
      return follow(found);
    },
    list,
    tables(table, slot) {
      const { at, length } = list(table, slot, 4);
      return Array.from({ length }, (_, i) => follow(at + 4 * i));
    },
    string(table, slot) {
      const { at, length } = list(table, slot, 1);
      return Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString();
    },
    integerAt,
  };
}
