import { ABSENT, BARE, type Cells, ESCAPED, LIST, OBJECT, QUOTED } from './cells.ts';
import { type ColumnType, type ItemType, type ListType, longestList } from './columnType.ts';
import { type Doubt, doubtOf, type SeenClass, type ValueClass } from './doubt.ts';
import { eachItem, isNullItem } from './listItems.ts';
import {
  ANY,
  BOOLEAN,
  DATE,
  FLOAT,
  INT,
  narrowest,
  PLUS,
  STRING,
  TIMESTAMP,
  typesOfValue,
  UTC,
} from './typesOfValue.ts';
import { valueCause } from './valueCause.ts';
import { isOneOf, type ValueStyle } from './valueStyle.ts';

/** What values of a list may be. */
const ITEMS = INT | FLOAT | BOOLEAN;
const TIMES = DATE | TIMESTAMP | UTC;

/** What was inferred of a column. */
export interface InferredColumn {
  /**
   * The narrowest type that all its values have; null where there was none. Lists have the length of the first that is not empty. Undefined
   * where it holds objects, lists of other things than numbers or booleans, or lists and single values.
   */
  readonly type: ColumnType | ListType | null | undefined;
  /** What keeps it from being numbers, booleans or times, where most of its values are. */
  readonly doubt?: Doubt | undefined;
}

/** Tells the types of columns from rows of them. */
export interface TypeInference {
  /**
   * Looks at rows; those that come later may have more columns.
   *
   * @param base the offset of `bytes` in the input
   */
  add(bytes: Uint8Array, cells: Cells, base: number): void;
  column(index: number): InferredColumn;
}

interface Column {
  /** Types that all single values can have, integers with a plus left out, or all values of lists. */
  possible: number;
  /** Whether a number has a minus, or a plus and decimal places: then a plus before digits is a sign, too, and no part of a code. */
  isSigned: boolean;
  /** Values of the first list that is not empty. */
  size: number;
  /** Whether quotes without a value were seen, which are one in a column of strings. */
  hasQuotes: boolean;
  /** How often there was each class of values, and the first of it. */
  readonly seen: Map<ValueClass, SeenClass>;
  /** That of the last value: most are like the one before. */
  last?: ValueClass;
  lastSeen?: SeenClass;
  /** Those that mostly stand for no value, eight at the most. */
  readonly words: Set<string>;
}

/** After so many values, all of them words, nobody means numbers. */
const enoughWords = 100;

export function createTypeInference({ nulls, quotedNumbers, quotedNulls, decimal }: ValueStyle): TypeInference {
  const columns: Column[] = [];
  const quotesAreNull = quotedNumbers || quotedNulls;
  const point = String.fromCharCode(decimal);

  function addList(column: Column, bytes: Uint8Array, start: number, end: number): ValueClass {
    let types = ITEMS;
    const size = eachItem(bytes, start, end, (begin, stop) => {
      if (!isNullItem(bytes, begin)) types &= typesOfValue(bytes, begin, stop, decimal);
      return types !== 0;
    });
    column.possible &= types;
    if (size > 0) column.size ||= size;
    return types === 0 ? 'nested' : 'list';
  }

  function addValue(column: Column, bytes: Uint8Array, start: number, end: number, kind: number): ValueClass {
    const types = kind >= ESCAPED ? STRING : typesOfValue(bytes, start, end, decimal);
    if (kind === QUOTED && !quotedNumbers && types & (FLOAT | PLUS | BOOLEAN)) {
      // In JSON, what stands between quotes is no number.
      column.possible &= STRING;
      return 'quoted';
    }
    if (types & PLUS) return 'plus';
    column.possible &= types;
    if (types & FLOAT) {
      column.isSigned ||= bytes[start] === 0x2d || bytes[start] === 0x2b;
      return 'number';
    }
    if (types & (BOOLEAN | TIMES)) return types & BOOLEAN ? 'boolean' : 'time';
    if (column.last === 'other' && column.lastSeen!.count > enoughWords && column.seen.size === 1) return 'other';
    const text = textOf(bytes, start, end);
    const cause = valueCause(text, point);
    if (cause === 'missing' && column.words.size < 8) column.words.add(text);
    return cause;
  }

  return {
    add(bytes, { width, rows, starts, ends, kinds }, base) {
      while (columns.length < width) columns.push(createColumn());
      for (let cell = 0; cell < rows * width; cell++) {
        const column = columns[cell % width]!;
        const kind = kinds[cell]!;
        const start = starts[cell]!;
        const end = ends[cell]!;
        if (kind === ABSENT) continue;
        if ((kind === BARE || quotesAreNull) && isOneOf(nulls, bytes, start, end)) {
          column.hasQuotes ||= kind === QUOTED && !quotedNulls;
          continue;
        }
        const valueClass =
          kind === OBJECT
            ? 'nested'
            : kind === LIST
              ? addList(column, bytes, start, end)
              : addValue(column, bytes, start, end, kind);
        if (valueClass !== column.last) {
          column.last = valueClass;
          column.lastSeen = column.seen.get(valueClass) ?? {
            count: 0,
            text: textOf(bytes, start, end),
            at: base + start,
          };
          column.seen.set(valueClass, column.lastSeen);
        }
        column.lastSeen!.count++;
      }
    },
    column(index) {
      const column = columns[index];
      if (column && column.seen.size > 0) return inferred(column);
      return { type: column?.hasQuotes ? 'string' : null };
    },
  };
}

function createColumn(): Column {
  return { possible: ANY, isSigned: false, size: 0, hasQuotes: false, seen: new Map(), words: new Set() };
}

function inferred(column: Column): InferredColumn {
  const type = typeOf(column);
  if (type !== 'string' && type !== undefined) return { type };
  return { type, doubt: doubtOf(column.seen, column.isSigned, [...column.words]) };
}

function typeOf({ possible, isSigned, size, seen }: Column): ColumnType | ListType | undefined {
  const isList = seen.has('list');
  if (seen.has('nested') || (isList && seen.size > 1)) return undefined;
  if (!isList) return narrowest(seen.has('plus') ? possible & (isSigned ? INT | FLOAT | STRING : STRING) : possible);
  // Of lists that hold nulls alone, or nothing, nobody knows what is to come.
  if (possible === ITEMS || possible === 0 || size === 0 || size > longestList) return undefined;
  return `${narrowest(possible) as ItemType}[${size}]`;
}

/** 80 bytes of it at the most. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + 80)));
}
