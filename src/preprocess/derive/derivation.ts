import type { Field, RecordBatch, Schema } from 'apache-arrow';
import type { Json } from '../../json.ts';
import { listOf, made } from '../../options/bounds.ts';
import type { Value } from '../../source/column/readValues.ts';
import type { Refuse } from '../../source/column/rowError.ts';

/** Columns that are computed from others, row by row: the value of a row depends on that row alone. */
export interface Derivation {
  /** The columns it adds. */
  readonly names: readonly string[];
  /** The columns it reads, source columns or those of a derivation before it. */
  readonly columns: readonly string[];
  /**
   * What these hold, where they hold but one kind of values.
   * @default any that a derivation takes
   */
  readonly reads?: 'number' | 'boolean' | 'string' | 'timestamp';
  /** What it does, the same in every process: for the pipeline's description and its hash. */
  readonly description: Json;
  /**
   * The fields it adds to a schema, as far as they are known without a row; the type of a function's results may yet be null.
   * @throws SchemaError where a column is not there, is of a kind that it does not take, or has a name that it adds
   */
  fields(schema: Schema): Field[];
  /**
   * The record batch with its columns added.
   * @param selected the only rows that are meant: what the others hold in the new columns has no meaning
   * @param refuse told of rows for which there is no result; without, such a row is an error
   */
  apply(records: RecordBatch, selected?: Uint32Array, refuse?: Refuse): RecordBatch;
  /**
   * The same for one row: what it adds, in the order of `names`, given the values of `columns`. Points in time are milliseconds since 1970 UTC.
   * @default a record batch is made of the row
   */
  row?(values: readonly Value[]): readonly Value[];
}

/** Derivations as they are declared. */
export const derivationsBound = listOf(
  'derivations',
  made<Derivation>('a derivation, as derive(...) or hourOfDay(...)', 'apply'),
);
