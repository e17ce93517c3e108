import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Table as ArrowTable, Field, Float32, makeData, RecordBatch, Schema, Struct, tableToIPC } from 'apache-arrow';
import { initSync, Table, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm/esm';
import { randomSequence, uniform } from '../../src/engine/random.ts';

/** Numbers of a row group: what its writer holds at a time. */
const GROUP_SIZE = 65_536 * 32;

export interface FloatsSize {
  readonly rows: number;
  /** At least 3. */
  readonly columns: number;
}

/** Writes rows of random numbers and a target that depends on three of them, where there is no such file yet. */
export function makeFloatsFile(path: string, { rows, columns: width }: FloatsSize): void {
  if (existsSync(path)) return;
  const random = randomSequence(7, 'data');
  const columns = Array.from({ length: width }, (_, c) =>
    Float32Array.from({ length: rows }, (_value, i) => 2 * uniform(random(c * rows + i)) - 1),
  );
  const y = Float32Array.from({ length: rows }, (_, i) => Number(columns[0][i] + columns[1][i] * columns[2][i] > 0));
  const named: readonly (readonly [string, Float32Array])[] = [
    ...columns.map((values, c): [string, Float32Array] => [`x${c}`, values]),
    ['y', y],
  ];
  const schema = new Schema(named.map(([name]) => new Field(name, new Float32(), false)));
  const children = named.map(([, values]) => makeData({ type: new Float32(), data: values, length: rows }));
  const records = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows, children }));

  initSync({ module: readFileSync(fileURLToPath(import.meta.resolve('parquet-wasm/esm/parquet_wasm_bg.wasm'))) });
  const properties = new WriterPropertiesBuilder()
    .setMaxRowGroupSize(Math.max(1024, Math.floor(GROUP_SIZE / width)))
    .build();
  const bytes = writeParquet(Table.fromIPCStream(tableToIPC(new ArrowTable(records), 'stream')), properties);
  mkdirSync(dirname(path), { recursive: true });
  // Under its name only when it is whole.
  writeFileSync(`${path}.tmp`, bytes);
  renameSync(`${path}.tmp`, path);
}
