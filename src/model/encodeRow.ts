import { DataError, type ErrorDetails, MillraceError, OptionError, SchemaError } from '../errors.ts';
import { didYouMean } from '../options/didYouMean.ts';
import { shownName, shownNames, shownValue } from '../options/shown.ts';
import type { Derivation } from '../preprocess/derive/derivation.ts';
import type { Fitted } from '../preprocess/fit/fitted.ts';
import type { RowLayout } from '../preprocess/types.ts';
import type { Value } from '../source/column/readValues.ts';
import type { ModelColumn } from './schema.ts';
import { featureWriter, type Given } from './writeFeature.ts';

/** A row as an object: its values by column. Columns that the model does not need are passed over. */
export type ModelRow = Readonly<Record<string, unknown>>;

/** What encoding a row has replaced. */
export interface RowNotes {
  /** Features that had no value, for which something stood in. */
  readonly missing: readonly string[];
  /** Features whose value training had not seen. */
  readonly unseen: readonly string[];
}

/** Takes one row at a time. */
export interface RowEncoder {
  /** The values of a row by column, those that the model needs and those that are derived of them. */
  values(row: ModelRow): ReadonlyMap<string, Given>;
  /** Writes a row into words, from `begin` on. */
  write(row: ModelRow, floats: Float32Array, begin: number): RowNotes;
}

/**
 * Writes one row at a time into words, as `Encoder` writes record batches: to the same bits, without Arrow.
 *
 * @param where names the model, for errors
 */
export function encodeRow(
  where: string,
  fitted: Fitted,
  layout: RowLayout,
  columns: readonly ModelColumn[],
  derivations: readonly Derivation[],
): RowEncoder {
  const writers = fitted.features.map((feature) => {
    const { word } = layout.fields.find(
      ({ name, kind }) => name === feature.name && kind !== 'target' && kind !== 'weight',
    )!;
    return {
      name: feature.name,
      write: featureWriter(
        { where: `${where}: ${feature.kind} ${shownName(feature.name)}`, column: feature.name },
        feature,
        word,
      ),
    };
  });

  function valuesOf(row: ModelRow): ReadonlyMap<string, Given> {
    const values = new Map<string, Given>();
    for (const column of columns) values.set(column.name, givenValue(where, row, column));
    for (const { names, columns: read, row: derive } of derivations) {
      if (!derive) {
        throw new OptionError({
          where: `${where}: the derivation of ${shownNames(names)}`,
          expected: 'a function row(values), to predict for one row',
          received: 'none',
          hint: 'Give it one, or predict for record batches',
        });
      }
      const given = derive(read.map((name) => values.get(name) as Value));
      for (const [i, name] of names.entries()) values.set(name, held(where, name, given[i]));
    }
    return values;
  }

  return {
    values: valuesOf,
    write(row, floats, begin) {
      const values = valuesOf(row);
      floats.fill(0, begin, begin + layout.words);
      const ints = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
      const missing: string[] = [];
      const unseen: string[] = [];
      for (const { name, write } of writers) {
        const note = write(values.get(name) ?? null, floats, ints, begin);
        if (note === 'missing') missing.push(name);
        else if (note === 'unseen') unseen.push(name);
      }
      return { missing, unseen };
    },
  };
}

/** The value of a column, held to what the model needs there. */
function givenValue(where: string, row: ModelRow, { name, kind, size, nullable }: ModelColumn): Given {
  if (!Object.hasOwn(row, name)) {
    const names = Object.keys(row);
    throw new SchemaError({
      where,
      column: name,
      expected: `a value for ${shownName(name)}${nullable ? '; null where there is none' : ''}`,
      received: names.length > 0 ? `a row with ${shownNames(names)}` : 'an empty row',
      hint: didYouMean(name, names) && `${didYouMean(name, names)}: it is called ${shownName(name)} here`,
    });
  }
  const value = row[name];
  if (value === null || value === undefined || Number.isNaN(value)) {
    if (nullable) return null;
    throw refused(
      where,
      name,
      `${wordOf[kind]}`,
      value,
      'There is nothing that stands in for a missing value: give one',
    );
  }
  switch (kind) {
    case 'number':
      if (typeof value === 'number') return value;
      if (typeof value === 'bigint') return Number(value);
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'string':
      if (typeof value === 'string') return value;
      break;
    case 'timestamp': {
      const time = timeOf(value);
      if (time !== undefined) return time;
      break;
    }
    case 'list':
      if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
        const list = value as ArrayLike<unknown>;
        if (size !== undefined && list.length !== size) {
          throw refused(where, name, `a list of ${size} numbers`, `one of ${list.length}`);
        }
        return Float64Array.from({ length: list.length }, (_, i) => itemOf(where, name, list[i]));
      }
      break;
    default:
      if (value instanceof Date) return value.getTime();
      if (typeof value === 'bigint') return Number(value);
      if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  }
  throw refused(where, name, wordOf[kind], value, hintOf(kind, value));
}

const wordOf: Readonly<Record<ModelColumn['kind'], string>> = {
  number: 'a number',
  boolean: 'true or false',
  string: 'a string',
  timestamp: 'a point in time: a Date, milliseconds since 1970 UTC, or text such as 2026-01-31T12:00:00Z',
  list: 'a list of numbers',
  any: 'a number, a boolean or a string',
};

function hintOf(kind: ModelColumn['kind'], value: unknown): string | undefined {
  if (kind === 'number' && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) {
    return 'Give it without quotes';
  }
  return undefined;
}

/** The same error, of one of several rows. */
export function ofRow(error: unknown, row: number): unknown {
  if (!(error instanceof MillraceError)) return error;
  const { where, expected, received, hint, column } = error;
  const kind = error.constructor as new (details: ErrorDetails) => MillraceError;
  return new kind({ where: `${where}, row ${row}`, expected, received, hint, column, row });
}

function refused(where: string, name: string, expected: string, value: unknown, hint?: string): DataError {
  return new DataError({
    where: `${where}: ${shownName(name)}`,
    column: name,
    expected,
    received: shownValue(value),
    hint,
  });
}

function itemOf(where: string, name: string, item: unknown): number {
  if (item === null || item === undefined) return Number.NaN;
  if (typeof item === 'number') return item;
  if (typeof item === 'bigint' || typeof item === 'boolean') return Number(item);
  throw refused(where, name, 'a list of numbers', item);
}

/** ISO 8601, of which a point in time without a zone is in UTC, as in a file of text. */
const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** The milliseconds since 1970 UTC that a value stands for; undefined where it is no point in time. */
export function timeOf(value: unknown): number | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.getTime();
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string') return undefined;
  const found = iso.exec(value);
  if (!found) return undefined;
  const text = value.replace(' ', 'T');
  const time = Date.parse(found[1] || text.length === 10 ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** What a derivation has given. */
function held(where: string, name: string, value: Value | undefined): Value {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  throw refused(where, name, 'the function to give a number, a boolean, a string or null', value);
}
