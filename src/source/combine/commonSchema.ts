import { Field, Schema } from 'apache-arrow';
import { SchemaError } from '../../errors.ts';
import { listOf } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import { shownName } from '../../options/shown.ts';
import { changed } from '../changed.ts';
import { columnKind } from '../column/columnKind.ts';
import { commonType } from '../column/commonType.ts';
import { type ColumnNote, noteOf, withNote, withNotesOfMissing } from '../columnNote.ts';
import { describeSchema } from '../hashRecords.ts';
import { sourceBound } from '../sourceBound.ts';
import type { OpenOptions, Source } from '../types.ts';
import { conform } from './conform.ts';

/** What sources have in common. */
export interface Common {
  /** Columns that all have, in the order of the first, of types that hold the values of all. Of the others it is told why they are not there. */
  readonly schema: Schema;
  /** The sources with those columns. */
  readonly sources: readonly Source[];
  /** Of each column that some have not, who has not. */
  readonly lacking: ReadonlyMap<string, ColumnNote>;
  /** Of each column that means different things, what and where. */
  readonly differing: ReadonlyMap<string, ColumnNote>;
}

interface Column {
  readonly field: Field;
  /** Who has it of that type. */
  readonly source: string;
}

/**
 * The columns that sources share, whatever their order: integers and floats of the widest type, strings however they are encoded, what the
 * others are where all are null. Integers of a text are strings where those of another one are codes, with zeros before them. Columns that
 * some have not, or of other types, are in the way of nobody who does not want them.
 *
 * @throws SchemaError where there are none
 */
export async function commonOf(where: string, sources: readonly Source[], signal?: AbortSignal): Promise<Common> {
  const common = await compare(sources, signal);
  const codes = [...common.differing.keys()].filter((column) => areCodes(column, common.schemas));
  const again = sources.map((source, i) => withStrings(source, common.schemas[i]!, codes));
  const isSame = again.every((source, i) => source === sources[i]);
  const { schema, ...rest } = isSame ? common : await compare(again, signal);
  const [why] = [...rest.lacking.values(), ...rest.differing.values()];
  if (schema.fields.length === 0 && why) {
    const received = `none: ${why.reason}`;
    throw new SchemaError({ where, expected: 'columns that all of them have', received, hint: why.hint });
  }
  const fields = schema.fields.map((field) => {
    const note = common.differing.get(field.name);
    return note && !noteOf(field) ? withNote(field, note) : field;
  });
  return { ...rest, schema: new Schema(fields, schema.metadata) };
}

/** Of each source that was read as text for others' sake, what it became: it knows what its file is like. */
const reread = new WeakMap<Source, { readonly columns: string; readonly source: Source }>();

/** Whether some have strings in a column, and all of these for the sake of codes, which others may have without a zero before them. */
function areCodes(column: string, schemas: readonly Schema[]): boolean {
  const fields = schemas.flatMap(({ fields }) => fields.filter(({ name }) => name === column));
  const strings = fields.filter(({ type }) => columnKind(type) === 'string');
  return strings.length > 0 && strings.every((field) => noteOf(field)?.isMeant);
}

/** The source with some columns as strings, where it was told that they are something else. */
function withStrings(source: Source, { fields }: Schema, columns: readonly string[]): Source {
  const others = fields.filter(({ name, type }) => columns.includes(name) && columnKind(type) !== 'string');
  if (others.length === 0 || !source.with) return source;
  const names = others.map(({ name }) => name);
  const key = JSON.stringify(names);
  const before = reread.get(source);
  if (before?.columns === key) return before.source;
  const types = Object.fromEntries(names.map((name) => [name, 'string' as const]));
  const made = changed(source, { types });
  reread.set(source, { columns: key, source: made });
  return made;
}

interface Comparison extends Common {
  /** What each source has. */
  readonly schemas: readonly Schema[];
}

async function compare(sources: readonly Source[], signal?: AbortSignal): Promise<Comparison> {
  const schemas: Schema[] = [];
  // Where they are many, none of them need take long.
  for (const source of sources) {
    signal?.throwIfAborted();
    schemas.push(await source.schema(signal));
  }
  const descriptions = new Set(schemas.map(describeSchema));
  if (descriptions.size === 1)
    return { schemas, schema: schemas[0]!, sources, lacking: new Map(), differing: new Map() };
  const lacking = new Map<string, ColumnNote>();
  const differing = new Map<string, ColumnNote>();
  const first = sources[0]!.name;
  let columns = new Map<string, Column>(schemas[0]!.fields.map((field) => [field.name, { field, source: first }]));
  for (const [i, { name }] of sources.entries()) {
    const theirs = new Map(schemas[i]!.fields.map((field) => [field.name, field]));
    const next = new Map<string, Column>();
    for (const [column, known] of columns) {
      const field = theirs.get(column);
      const widened = field && widen(known, { field, source: name });
      if (widened) next.set(column, widened);
      else if (field) differing.set(column, differs(known, { field, source: name }));
      else lacking.set(column, lacks(column, name));
    }
    for (const column of theirs.keys())
      if (!next.has(column) && !lacking.has(column) && !differing.has(column))
        lacking.set(column, lacks(column, first));
    columns = next;
  }
  const fields = [...columns.values()].map(({ field }) => field);
  const schema = withNotesOfMissing(new Schema(fields), new Map([...lacking, ...differing]));
  return {
    schemas,
    schema,
    sources: sources.map((source, i) => conform(source, schemas[i]!, schema)),
    lacking,
    differing,
  };
}

/** The column, wide enough for that of another source; undefined where they mean different things. */
function widen(known: Column, theirs: Column): Column | undefined {
  const type = commonType(known.field.type, theirs.field.type);
  if (type === undefined || type === known.field.type) return type && known;
  if (type === theirs.field.type) return theirs;
  return { field: new Field(known.field.name, type, true), source: known.source };
}

function lacks(column: string, source: string): ColumnNote {
  return {
    reason: `${source} has no column ${shownName(column)}`,
    hint: 'Write that file anew with it, or leave the column out',
  };
}

function differs(a: Column, b: Column): ColumnNote {
  const note = noteOf(a.field) ?? noteOf(b.field);
  const types = `${shownName(a.field.name)} is ${a.field.type} in ${a.source} and ${b.field.type} in ${b.source}`;
  return {
    reason: note ? `${types}: ${note.reason}` : types,
    hint: note?.hint ?? 'Write it as one type; where types are inferred from text, give them',
  };
}

/**
 * Looks at what sources have not in common before they are read, where all columns are asked for. What some have not is left out with a word.
 *
 * @throws SchemaError where a column means different things
 */
export function checkAll(where: string, { lacking, differing }: Common, { columns, tell }: OpenOptions): void {
  if (columns) return;
  for (const { reason, hint } of differing.values())
    throw new SchemaError({ where, expected: 'each column to mean one thing in all of them', received: reason, hint });
  const say = tell ?? ((line: string) => process.emitWarning(line));
  for (const { reason } of lacking.values()) say(`${where}: a column is left out, since ${reason}`);
}

/** The rows of all sources together, where all know them. */
export async function sumOfRows(sources: readonly Source[], signal?: AbortSignal): Promise<number | undefined> {
  let sum = 0;
  for (const source of sources) {
    signal?.throwIfAborted();
    const rows = await source.rows(signal);
    if (rows === undefined) return undefined;
    sum += rows;
  }
  return sum;
}

/** Whether at least one of them has no end. */
export function someUnbounded(sources: readonly Source[]): boolean {
  return sources.some(({ unbounded }) => unbounded);
}

/** Whether at least one of them can be read only once. */
export function someOnce(sources: readonly Source[]): boolean {
  return sources.some(({ once }) => once);
}

/** @throws OptionError where there are none, or something else among them */
export function checkSources(where: string, sources: readonly Source[]): void {
  const oneOfThem = {
    ...sourceBound,
    hint: (value: unknown) =>
      Array.isArray(value) ? `Give one after the other: ${where}(...sources)` : sourceBound.hint?.(value),
  };
  checkOption(where, sources, listOf('sources', oneOfThem, 1));
}
