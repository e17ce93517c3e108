import { Field, Schema } from 'apache-arrow';

/**
 * What a source that tells types has to say of a column: why it has the type that it has, or why it is not there. It rides with the schema, to
 * be said where somebody asks for something else.
 */
export interface ColumnNote {
  /** One sentence without a full stop; after "got ...: ". */
  readonly reason: string;
  /** What to do where it was meant in another way: one sentence without a full stop. */
  readonly hint: string;
  /** Whether it is mostly meant so, as codes are that begin with a zero: to be said only where somebody asks for something else. */
  readonly isMeant?: true;
}

const key = 'millrace.note';

/** A field that says why it is of its type. */
export function withNote({ name, type, nullable }: Field, note: ColumnNote): Field {
  return new Field(name, type, nullable, new Map([[key, JSON.stringify(note)]]));
}

/** The schema with what is to be said of columns that are not in it, by their names; under `''`, whichever is asked for. */
export function withNotesOfMissing(schema: Schema, missing: ReadonlyMap<string, ColumnNote>): Schema {
  if (missing.size === 0) return schema;
  return new Schema(schema.fields, new Map([[key, JSON.stringify([...missing])]]));
}

/** What there is to say of the type of a column. */
export function noteOf({ metadata }: Field): ColumnNote | undefined {
  const text = metadata.get(key);
  return text === undefined ? undefined : JSON.parse(text);
}

/** What there is to say of a column that is not there. */
export function noteOfMissing({ metadata }: Schema, column: string): ColumnNote | undefined {
  const text = metadata.get(key);
  if (text === undefined) return undefined;
  const missing = new Map<string, ColumnNote>(JSON.parse(text));
  return missing.get(column) ?? missing.get('');
}
