import type { DataType, Schema } from 'apache-arrow';
import { DataError, SchemaError } from '../../errors.ts';
import { shownName } from '../../options/shown.ts';
import { CastError, castColumn } from '../column/castColumn.ts';
import { commonType } from '../column/commonType.ts';
import { columnIndices } from '../columnIndices.ts';
import { noteOf } from '../columnNote.ts';
import { describeSchema } from '../hashRecords.ts';
import { pickColumns } from '../pickColumns.ts';
import type { Batch, OpenOptions, Source } from '../types.ts';

/**
 * A source with the columns of a schema, in their order and of their types. It must have them, of types that `castColumn` makes theirs of.
 *
 * @param theirs its own schema
 * @returns the source itself where they are its own
 */
export function conform(source: Source, theirs: Schema, schema: Schema): Source {
  if (describeSchema(theirs) === describeSchema(schema)) return source;
  const indices = columnIndices(theirs);
  const casts = new Map<string, DataType>();
  for (const { name, type } of schema.fields)
    if (`${theirs.fields[indices.get(name)!]!.type}` !== `${type}`) casts.set(name, type);

  function cast(batches: AsyncIterable<Batch>, columns: readonly string[]): AsyncIterable<Batch> {
    return columns.some((name) => casts.has(name)) ? castBatches(batches, columns) : batches;
  }

  async function* castBatches(batches: AsyncIterable<Batch>, columns: readonly string[]): AsyncGenerator<Batch> {
    const pick = pickColumns(source.name, schema, columns);
    for await (const batch of batches) {
      const children = schema.fields.map(({ name }) => {
        const column = batch.records.data.children[columns.indexOf(name)];
        const type = casts.get(name);
        return column && type ? castIn(batch, name, () => castColumn(column, type)) : column;
      });
      yield { ...batch, records: pick.of(children, batch.records.numRows) };
    }
  }

  /** @throws DataError where a value is not of the type, with its place */
  function castIn<T>({ origin }: Batch, column: string, make: () => T): T {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof CastError)) throw error;
      const where = `${source.name}, ${origin ? `row ${origin.row(error.row)}, ` : ''}column ${shownName(column)}`;
      throw new DataError({ where, expected: error.expected, received: error.message });
    }
  }

  const columnsOf = ({ columns }: OpenOptions) => columns ?? schema.fields.map(({ name }) => name);
  const { openRange } = source;
  return {
    ...source,
    schema: async () => schema,
    open(options) {
      const columns = columnsOf(options);
      return cast(source.open({ ...options, columns }), columns);
    },
    ...(openRange && {
      openRange(range, options) {
        const columns = columnsOf(options);
        return cast(openRange(range, { ...options, columns }), columns);
      },
    }),
  };
}

/**
 * Holds a source to a schema that is fixed already.
 *
 * @param columns those that are wanted; all of the schema when undefined
 * @throws SchemaError where it has not one of them, or of another type than `castColumn` makes theirs of
 */
export function assertConforms(
  where: string,
  theirs: Schema,
  schema: Schema,
  columns: readonly string[] | undefined,
): void {
  const indices = columnIndices(theirs);
  for (const { name, type } of schema.fields) {
    if (columns && !columns.includes(name)) continue;
    const theirField = theirs.fields[indices.get(name) ?? -1];
    const theirType = theirField?.type;
    const note = theirField && noteOf(theirField);
    if (theirType && `${commonType(type, theirType)}` === `${type}`) continue;
    throw new SchemaError({
      where,
      expected: `column ${shownName(name)} to be ${type}, as in the first file`,
      received: !theirType ? 'no such column' : note ? `${theirType}: ${note.reason}` : `${theirType}`,
      hint: theirType
        ? (note?.hint ?? 'Write it as that type; where types are inferred from text, give them')
        : undefined,
    });
  }
}
