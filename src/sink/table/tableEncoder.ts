import { extname } from 'node:path';
import type { RecordBatch, Schema } from 'apache-arrow';
import { arrowTable } from './arrowTable.ts';
import { csvTable } from './csvTable.ts';
import { ndjsonTable } from './ndjsonTable.ts';
import { parquetTable } from './parquetTable.ts';

/** Turns record batches of one schema into the bytes of a file, one after the other. */
export interface TableEncoder {
  /** What comes before the rows. */
  begin(): Uint8Array | string;
  /** The rows of a record batch; fewer bytes than they will be, where the format holds some back. */
  encode(batch: RecordBatch): Uint8Array | string | Promise<Uint8Array>;
  /** What comes after the last row. */
  end(): Uint8Array | string | Promise<Uint8Array>;
}

/** A format that tables are written in. */
export type TableFormat = 'csv' | 'ndjson' | 'arrow' | 'parquet';

/** Whether what was written can be gone on with, by another encoder that does not begin. */
export const appendable: Readonly<Record<TableFormat, boolean>> = {
  csv: true,
  ndjson: true,
  arrow: true,
  parquet: false,
};

const encoders: Readonly<Record<TableFormat, (schema: Schema) => TableEncoder | Promise<TableEncoder>>> = {
  csv: csvTable,
  ndjson: ndjsonTable,
  arrow: arrowTable,
  parquet: parquetTable,
};

const endings: Readonly<Record<string, TableFormat>> = {
  '.csv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.arrow': 'arrow',
  '.arrows': 'arrow',
  '.parquet': 'parquet',
};

/** What the name of a file may end in. */
export const tableEndings: readonly string[] = Object.keys(endings);

/**
 * The format that the name of a file tells; undefined where it tells none.
 *
 * @example tableFormatOf('out.jsonl') //=> 'ndjson'
 */
export function tableFormatOf(path: string): TableFormat | undefined {
  const ending = extname(path);
  return Object.hasOwn(endings, ending) ? endings[ending] : undefined;
}

export async function openTable(format: TableFormat, schema: Schema): Promise<TableEncoder> {
  return encoders[format](schema);
}
