import {
  Binary,
  BinaryView,
  Bool,
  type DataType,
  Date_,
  Decimal,
  DenseUnion,
  Dictionary,
  Duration,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float,
  Int,
  type Int32,
  Interval,
  LargeBinary,
  LargeList,
  LargeUtf8,
  List,
  Map_,
  Null,
  Schema,
  SparseUnion,
  Struct,
  Time,
  Timestamp,
  type TimeUnit,
  Type,
  Utf8,
  Utf8View,
} from 'apache-arrow';
import { SchemaError, SourceError } from '../../errors.ts';
import { ArrowDamage } from './arrowDamage.ts';
import type { Flatbuffer } from './flatbuffer.ts';

export interface ArrowSchema {
  readonly schema: Schema;
  /** The numbers that dictionaries have in the schema, by those that they have in the file. */
  readonly dictionaries: ReadonlyMap<number, number>;
}

/** Slots of the tables of Schema.fbs. */
const SCHEMA = { endianness: 0, fields: 1, custom: 2, features: 3 };
const FIELD = { name: 0, nullable: 1, kind: 2, type: 3, dictionary: 4, children: 5, custom: 6 };
const ENCODING = { id: 0, indices: 1, isOrdered: 2, kind: 3 };
const INT = { bits: 0, isSigned: 1 };
const DECIMAL = { precision: 0, scale: 1, bits: 2 };
const UNIT = { unit: 0, bits: 1, timezone: 1 };
const UNION = { mode: 0, ids: 1 };
const SIZE = { size: 0 };
const PAIR = { key: 0, value: 1 };

/** By the numbers of Schema.fbs, those that Arrow for JavaScript has no type for, and what makes another of them. */
const otherTypes: Readonly<Record<number, readonly [received: string, hint?: string]>> = {
  22: ['run-end encoded values', 'Write it decoded, as with pyarrow.compute.run_end_decode'],
  25: ['a list view', 'Write it as a list, as with cast(pyarrow.list_(type))'],
  26: ['a large list view', 'Write it as a list, as with cast(pyarrow.large_list(type))'],
};
/** The digits that decimals of so many bits hold. */
const digits: Readonly<Record<number, number>> = { 32: 9, 64: 18, 128: 38, 256: 76 };
/** What a schema may announce: dictionaries that are replaced, compressed bodies. */
const features = [0, 1, 2];
const deepest = 64;

/**
 * The columns that a schema's metadata names. Dictionaries are numbered anew, so that those of two files differ.
 *
 * @param where the source's name, for errors
 * @throws SchemaError where a column is of a type that is not read, with its name
 * @throws SourceError where numbers are big-endian, or the format is later than what is known of it
 * @throws ArrowDamage where the metadata are damaged
 */
export function readSchema(flat: Flatbuffer, table: number, where: string): ArrowSchema {
  const known = new Map<number, Dictionary>();

  function fieldOf(field: number, parent: string, depth: number): Field {
    if (depth > deepest) throw new ArrowDamage('fields that are nested too deeply');
    const name = flat.string(field, FIELD.name);
    const path = parent === '' ? name : `${parent}.${name}`;
    const children = flat.tables(field, FIELD.children).map((child) => fieldOf(child, path, depth + 1));
    const type = typeOf(field, children, `${where}, column ${path}`);
    const encoding = flat.table(field, FIELD.dictionary);
    const isNullable = flat.integer(field, FIELD.nullable, 1) !== 0;
    const encoded = encoding === undefined ? type : dictionaryOf(encoding, type, `${where}, column ${path}`);
    return new Field(name, encoded, isNullable, readPairs(flat, field, FIELD.custom));
  }

  function dictionaryOf(encoding: number, values: DataType, where: string): Dictionary {
    if (flat.integer(encoding, ENCODING.kind, 2) !== 0)
      throw refusal(where, 'a dictionary that is not a list of values');
    const id = flat.integer(encoding, ENCODING.id, 8);
    const indices = flat.table(encoding, ENCODING.indices);
    const isOrdered = flat.integer(encoding, ENCODING.isOrdered, 1) !== 0;
    const numbers = indices === undefined ? new Int(true, 32) : intOf(flat, indices, where);
    const first = known.get(id);
    if (first && `${first.dictionary}` !== `${values}`)
      throw refusal(where, `a dictionary of ${values} that is one of ${first.dictionary} elsewhere`);
    const dictionary = new Dictionary(first?.dictionary ?? values, numbers as Int32, first?.id, isOrdered);
    if (!first) known.set(id, dictionary);
    return dictionary;
  }

  function typeOf(field: number, children: readonly Field[], where: string): DataType {
    const kind = flat.integer(field, FIELD.kind, 1);
    const type = flat.table(field, FIELD.type);
    // Types without options may have no table.
    const option = (slot: number, bytes: 1 | 2 | 4, otherwise = 0) =>
      type === undefined ? otherwise : flat.integer(type, slot, bytes, otherwise);
    const only = (): Field => {
      if (children.length !== 1) throw refusal(where, `a list with ${children.length} columns of values`);
      return children[0]!;
    };
    const timeUnit = (otherwise: number): TimeUnit => {
      const unit = option(UNIT.unit, 2, otherwise);
      if (!(unit >= 0 && unit <= 3)) throw refusal(where, `a time in a unit of number ${unit}`);
      return unit;
    };
    switch (kind) {
      case Type.Null:
        return new Null();
      case Type.Int:
        return intOf(flat, type, where);
      case Type.Float: {
        const precision = option(0, 2);
        if (!(precision >= 0 && precision <= 2)) throw refusal(where, `floats of precision ${precision}`);
        return new Float(precision);
      }
      case Type.Binary:
        return new Binary();
      case Type.LargeBinary:
        return new LargeBinary();
      case Type.BinaryView:
        return new BinaryView();
      case Type.Utf8:
        return new Utf8();
      case Type.LargeUtf8:
        return new LargeUtf8();
      case Type.Utf8View:
        return new Utf8View();
      case Type.Bool:
        return new Bool();
      case Type.Decimal: {
        const bits = option(DECIMAL.bits, 4, 128);
        const precision = option(DECIMAL.precision, 4);
        if (!(precision >= 1 && precision <= (digits[bits] ?? 0)))
          throw refusal(where, `decimals of ${bits} bits with ${precision} digits`);
        return new Decimal(option(DECIMAL.scale, 4), precision, bits);
      }
      case Type.Date: {
        const unit = option(UNIT.unit, 2, 1);
        if (unit !== 0 && unit !== 1) throw refusal(where, `a date in a unit of number ${unit}`);
        return new Date_(unit);
      }
      case Type.Time: {
        const unit = timeUnit(1);
        const bits = option(UNIT.bits, 4, 32);
        if (bits !== (unit <= 1 ? 32 : 64)) throw refusal(where, `a time of ${bits} bits in a unit of number ${unit}`);
        return new Time(unit, bits);
      }
      case Type.Timestamp: {
        const hasZone = type !== undefined && flat.has(type, UNIT.timezone);
        return new Timestamp(timeUnit(0), hasZone ? flat.string(type, UNIT.timezone) : null);
      }
      case Type.Duration:
        return new Duration(timeUnit(1));
      case Type.Interval: {
        const unit = option(UNIT.unit, 2);
        if (!(unit >= 0 && unit <= 2)) throw refusal(where, `an interval in a unit of number ${unit}`);
        return new Interval(unit);
      }
      case Type.List:
        return new List(only());
      case Type.LargeList:
        return new LargeList(only());
      case Type.FixedSizeList: {
        const size = option(SIZE.size, 4);
        if (size < 0) throw refusal(where, `lists of ${size} values`);
        return new FixedSizeList(size, only());
      }
      case Type.FixedSizeBinary: {
        const size = option(SIZE.size, 4);
        if (size < 0) throw refusal(where, `values of ${size} bytes`);
        return new FixedSizeBinary(size);
      }
      case Type.Struct:
        return new Struct([...children]);
      case Type.Map: {
        const entries = only();
        if (entries.type.typeId !== Type.Struct || entries.type.children.length !== 2)
          throw refusal(where, 'a map without keys and values');
        return new Map_(entries, option(0, 1) !== 0);
      }
      case Type.Union: {
        const listed = type === undefined ? { at: 0, length: 0 } : flat.list(type, UNION.ids, 4);
        const ids = Array.from({ length: listed.length }, (_, i) => flat.integerAt(listed.at + 4 * i, 4));
        const mode = option(UNION.mode, 2);
        if (mode !== 0 && mode !== 1) throw refusal(where, `a union of mode ${mode}`);
        if (ids.length > 0 && ids.length !== children.length)
          throw refusal(where, `a union of ${children.length} columns with ${ids.length} numbers`);
        const all = ids.length > 0 ? ids : children.map((_, i) => i);
        return mode === 0 ? new SparseUnion(all, [...children]) : new DenseUnion(all, [...children]);
      }
      default:
        throw refusal(where, ...(otherTypes[kind] ?? [`a type of number ${kind}`]));
    }
  }

  const refuse = (expected: string, received: string, hint: string): SourceError =>
    new SourceError({ where, expected, received, hint });
  if (flat.integer(table, SCHEMA.endianness, 2) !== 0) {
    const hint = 'Write it with little-endian numbers, as Arrow does on nearly all machines';
    throw refuse('little-endian numbers', 'big-endian ones', hint);
  }
  const listed = flat.list(table, SCHEMA.features, 8);
  for (let i = 0; i < listed.length; i++) {
    const feature = flat.integerAt(listed.at + 8 * i, 8);
    if (!features.includes(feature))
      throw refuse('what the format had in version 1.5', `the later feature of number ${feature}`, 'Write it without');
  }
  const fields = flat.tables(table, SCHEMA.fields).map((field) => fieldOf(field, '', 0));
  const schema = new Schema(fields, readPairs(flat, table, SCHEMA.custom));
  return { schema, dictionaries: new Map([...known].map(([id, type]) => [id, type.id])) };
}

function intOf(flat: Flatbuffer, type: number | undefined, where: string): Int {
  const bits = type === undefined ? 0 : flat.integer(type, INT.bits, 4);
  if (type === undefined || ![8, 16, 32, 64].includes(bits)) throw refusal(where, `integers of ${bits} bits`);
  return new Int(flat.integer(type, INT.isSigned, 1) !== 0, bits as 8 | 16 | 32 | 64);
}

/** The keys and values that whoever wrote it has added to a table. */
export function readPairs(flat: Flatbuffer, table: number, slot: number): Map<string, string> {
  return new Map(
    flat.tables(table, slot).map((pair) => [flat.string(pair, PAIR.key), flat.string(pair, PAIR.value)] as const),
  );
}

function refusal(where: string, received: string, hint?: string): SchemaError {
  return new SchemaError({ where, expected: 'a type that Arrow for JavaScript has', received, hint });
}
