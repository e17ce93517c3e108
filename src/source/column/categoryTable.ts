import { type Data, Type, type Vector } from 'apache-arrow';
import { createByteTable } from './byteTable.ts';
import type { ColumnKind } from './columnKind.ts';
import { createNumberTable } from './numberTable.ts';
import { readIndices } from './readIndices.ts';
import { viewNumbers } from './readNumbers.ts';
import { createScratch } from './scratch.ts';
import { stringColumn } from './stringColumn.ts';

/** A value that names a category. */
export type Category = string | number | boolean;

/** In place of a category's number: the row is null, or NaN. */
export const MISSING = -1;
/** In place of a category's number: the table does not have it. */
export const UNSEEN = -2;
/** In place of a category's number: an integer that float64 cannot tell from its neighbour, or an infinity. */
export const INEXACT = -3;

/** Categories, numbered from 0 in the order in which they are added. */
export interface CategoryTable {
  readonly size: number;
  /**
   * The category numbers of the rows that are meant, into `ids`.
   * @param add whether categories that are not there are added, or are `UNSEEN`
   */
  read(data: Data, selected: Uint32Array | undefined, ids: Int32Array, add: boolean): void;
  add(category: Category): number;
  category(id: number): Category;
}

/** Makes an empty table for columns of one kind. Strings are looked up by their bytes; dictionaries once a dictionary. */
export function createCategoryTable(kind: ColumnKind): CategoryTable {
  return kind === 'string' ? createStringTable() : createScalarTable(kind === 'boolean');
}

/** A table of these categories, numbered in their order. */
export function categoryTableOf(kind: ColumnKind, categories: readonly Category[]): CategoryTable {
  const table = createCategoryTable(kind);
  for (const category of categories) table.add(category);
  return table;
}

function createStringTable(): CategoryTable {
  const table = createByteTable();
  const encoder = new TextEncoder();

  function readPlain(data: Data, selected: Uint32Array | undefined, ids: Int32Array, add: boolean): void {
    const column = stringColumn(data);
    const { bytes, offsets, stride } = column;
    const count = selected ? selected.length : data.length;
    if (table.find(column, selected, count, ids)) return;
    for (let i = 0; i < count; i++) {
      if (ids[i] >= 0) continue;
      const row = selected ? selected[i] : i;
      // What lies under a null is no category.
      if (add && isValid(data, row)) ids[i] = table.add(bytes, offsets[row * stride], offsets[(row + 1) * stride]);
      else ids[i] = UNSEEN;
    }
  }

  let cached: { readonly dictionary: Vector; readonly add: boolean; readonly idOf: Int32Array } | undefined;

  function readDictionary(data: Data, selected: Uint32Array | undefined, ids: Int32Array, add: boolean): void {
    const dictionary = data.dictionary as Vector;
    if (cached?.dictionary !== dictionary || cached.add !== add) {
      const parts = dictionary.data.map((chunk) => {
        const part = new Int32Array(chunk.length);
        read(chunk, undefined, part, add);
        return part;
      });
      const idOf = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        idOf.set(part, at);
        at += part.length;
      }
      cached = { dictionary, add, idOf };
    }
    const { idOf } = cached;
    const indices = readIndices(data);
    const count = selected ? selected.length : data.length;
    for (let i = 0; i < count; i++) ids[i] = idOf[indices[selected ? selected[i] : i]];
  }

  function read(data: Data, selected: Uint32Array | undefined, ids: Int32Array, add: boolean): void {
    if (data.typeId === Type.Null) ids.fill(MISSING, 0, selected ? selected.length : data.length);
    else if (data.type.typeId === Type.Dictionary) readDictionary(data, selected, ids, add);
    else readPlain(data, selected, ids, add);
    markNulls(data, selected, ids);
  }

  return {
    get size() {
      return table.size;
    },
    read,
    add(category) {
      const bytes = encoder.encode(`${category}`);
      return table.add(bytes, 0, bytes.length);
    },
    category: (id) => table.text(id),
  };
}

function createScalarTable(isBoolean: boolean): CategoryTable {
  const table = createNumberTable();
  const scratch = createScratch();
  return {
    get size() {
      return table.size;
    },
    read(data, selected, ids, add) {
      const numbers = viewNumbers(data, scratch(data.length));
      const count = selected ? selected.length : data.length;
      for (let i = 0; i < count; i++) {
        i = table.findSmall(numbers, selected, i, count, ids);
        if (i === count) return;
        const value = numbers[selected ? selected[i] : i];
        if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) ids[i] = Number.isNaN(value) ? MISSING : INEXACT;
        else if (add) ids[i] = table.add(value);
        else {
          const id = table.find(value);
          ids[i] = id >= 0 ? id : UNSEEN;
        }
      }
    },
    add: (category) => table.add(Number(category)),
    category: (id) => (isBoolean ? table.value(id) === 1 : table.value(id)),
  };
}

function isValid({ nullBitmap, offset, nullCount }: Data, row: number): boolean {
  return nullCount === 0 || ((nullBitmap[(offset + row) >> 3] >> ((offset + row) & 7)) & 1) === 1;
}

function markNulls(data: Data, selected: Uint32Array | undefined, ids: Int32Array): void {
  if (data.typeId === Type.Null || data.nullCount === 0) return;
  const count = selected ? selected.length : data.length;
  for (let i = 0; i < count; i++) if (!isValid(data, selected ? selected[i] : i)) ids[i] = MISSING;
}
