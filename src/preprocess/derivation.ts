import type { Field, RecordBatch, Schema } from 'apache-arrow';
import type { Json } from '../types.ts';
import type { Refuse } from './rowError.ts';

/** Columns that are computed from others, row by row: the value of a row depends on that row alone. */
export interface Derivation {
  /** The columns it adds. */
  readonly names: readonly string[];
  /** The columns it reads, source columns or those of a derivation before it. */
  readonly columns: readonly string[];
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
}
